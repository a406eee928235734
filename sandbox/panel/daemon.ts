import { randomUUID } from 'node:crypto'
import type { Faults } from '../faults.ts'
import { PanelError } from './errors.ts'
import type { DaemonAnswer, DaemonBehaviour, DaemonCall } from './options.ts'
import type { NodeRow } from './rows.ts'
import type { Store } from './store.ts'

/** The panel waits this long for a daemon's answer. */
const TIMEOUT_MS = 15_000

interface Ask {
  node: NodeRow
  /** The uuid of the server it is about. */
  server: string
  /** The panel's request behind it, as faults match it; null for a call that faults leave alone. */
  what: string | null
}

/** The panel's line to the daemons. What a daemon does when it is asked lives in wings.ts. */
export interface Daemon {
  /**
   * @param done what the daemon then does
   * @throws DaemonConnectionException: the daemon's own status, or 504 when it gave none
   */
  call(kind: DaemonCall, ask: Ask, done: () => void): Promise<void>
  behaviour(nodeId: number): DaemonBehaviour
  set(nodeId: number, behaviour: DaemonBehaviour): void
  readonly calls: string[]
}

const PATHS: Record<DaemonCall, (uuid: string) => string> = {
  create: () => 'POST /api/servers',
  delete: (uuid) => `DELETE /api/servers/${uuid}`,
  sync: (uuid) => `POST /api/servers/${uuid}/sync`,
  reinstall: (uuid) => `POST /api/servers/${uuid}/reinstall`,
  power: (uuid) => `POST /api/servers/${uuid}/power`,
  stats: (uuid) => `GET /api/servers/${uuid}`,
  config: () => 'POST /api/update',
}

export function createDaemon(
  store: Store,
  { faults, sleep, timeScale }: { faults: Faults; sleep: (ms: number) => Promise<void>; timeScale: number },
): Daemon {
  const behaviours = new Map<number, DaemonBehaviour>()
  const calls: string[] = []

  const answerOf = (kind: DaemonCall, { node, server, what }: Ask): DaemonAnswer => {
    if (what !== null) {
      if (faults.take('panel', 'daemon_hang', what)) return 'hang'
      const fault = faults.take('panel', 'daemon_error', what)
      if (fault) return fault.status ?? 500
    }
    const behaviour = behaviours.get(node.id)
    const answer = behaviour?.[kind] ?? (behaviour === undefined && !store.nodeIsUp(node.id) ? 'down' : 'ok')
    if (answer !== 'ok' || kind === 'create' || kind === 'config' || store.daemonServers.get(server)) return answer
    return { status: 404, error: 'The requested resource does not exist on this instance.' }
  }

  return {
    calls,
    behaviour: (nodeId) => behaviours.get(nodeId) ?? {},
    set: (nodeId, behaviour) => void behaviours.set(nodeId, behaviour),
    async call(kind, ask, done) {
      calls.push(PATHS[kind](ask.server))
      if (calls.length > 1000) calls.shift()
      const delay = behaviours.get(ask.node.id)?.delayMs ?? 0
      const answer = answerOf(kind, ask)
      if (answer === 'hang' || delay >= TIMEOUT_MS * timeScale) {
        await sleep(TIMEOUT_MS * timeScale)
        if (answer === 'ok') void sleep(delay - TIMEOUT_MS * timeScale).then(done)
        throw unreachable()
      }
      if (delay > 0) await sleep(delay)
      if (answer === 'down' || answer === 'drop') throw unreachable()
      const status = answer === 'ok' ? 200 : typeof answer === 'number' ? answer : answer.status
      const more: { error?: string; done?: boolean } = typeof answer === 'object' ? answer : {}
      if (status < 400) return done()
      if (more.done) done()
      throw failed(kind, status, more.error)
    },
  }
}

const unreachable = () => broken(504, 'Could not establish a connection to the machine running this server. Please try again.')

function failed(kind: DaemonCall, status: number, error?: string): PanelError {
  const request = randomUUID()
  const general =
    'There was an error while communicating with the machine running this server. ' +
    `This error has been logged, please try again. (code: ${status}) (request_id: ${request})`
  // Usage figures are the one call whose status the panel keeps for itself.
  if (kind === 'stats') return broken(504, general)
  if (status >= 500) return broken(status, general)
  return broken(status, `An error occurred on the remote host: ${error ?? spoken(kind, status)}. (request id: ${request})`)
}

function spoken(kind: DaemonCall, status: number): string {
  if (status === 422 && kind === 'create') return 'The data provided in the request could not be validated.'
  const plain = 'An unexpected error was encountered while processing this request'
  return kind === 'create' ? plain : `${plain}.`
}

const broken = (status: number, detail: string) => new PanelError('DaemonConnectionException', status, detail, { redirect: 'back' })
