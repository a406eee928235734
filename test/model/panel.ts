import type { Exchange } from '../../src/outside/panel/answer.ts'
import type { NewPanelServer, NewPanelUser, PanelBuild, PanelServer, PanelUser } from '../../src/outside/panel/types.ts'
import type { Time } from './time.ts'

/** What the model does to one call. `ok` is what the panel does when everything is well. */
export const FATES = [
  'ok',
  'not_connected',
  'request_lost',
  'answer_lost',
  'silence',
  'html',
  'throttled',
  'budget_spent',
  'daemon_slow',
  'daemon_500',
  'daemon_429',
  'daemon_404',
  'daemon_hangs',
  'daemon_hangs_twice',
  'lost_race',
  'php_dies',
  'install_fails',
  'install_never',
  'field_refused',
] as const
export type Fate = (typeof FATES)[number]

export interface PanelRow extends PanelServer {
  madeBy: 'shop' | 'hand'
  /** The panel has forgotten it after a daemon's failure. */
  takenBack: boolean
}
/** The part of an HTTP exchange that the far side decides; `value` on success. */
export type Answer =
  | { ok: true; value: unknown }
  | { ok: false; status: number | null; body: unknown; trouble: string | null; retryAfter?: number }

const THINK_MS = 800
const DAEMON_MS = 2_000
const DAEMON_PATIENCE_MS = 15_000
const INSTALL_MS = 20_000

const good = (value: unknown = null): Answer => ({ ok: true, value })
export const failed = (status: number, code: string, detail = '', refused: Record<string, string> = {}): Extract<Answer, { ok: false }> => {
  const fields = Object.entries(refused)
  const errors =
    fields.length > 0
      ? fields.map(([field, rule]) => ({ code, detail: `${field} ${rule}`, meta: { source_field: field, rule } }))
      : [{ code, detail }]
  return { ok: false, status, body: { errors }, trouble: null }
}
const absent = () => failed(404, 'NotFoundHttpException', 'No query results.')
const DAEMON = 'DaemonConnectionException'

export interface PanelEvents {
  /** A server's row was written. */
  made(server: PanelRow): void
  takenBack(server: PanelRow): void
  resized(server: PanelRow): void
}

/** The panel's rows and their life in virtual time: visible before the daemon answers, taken back 15 to 30 s after. */
export function createPanel(time: Time, events: PanelEvents) {
  const servers = new Map<number, PanelRow>()
  const everMade = new Map<number, PanelRow>()
  const users = new Map<number, PanelUser>()
  /** Allocation → server; -1: somebody else's. */
  const ports = new Map<number, { nodeId: number; port: number; server: number | null }>()
  const nodesOf = new Map<number, number>()
  let ids = 900
  const byExternalId = (id: string) => [...servers.values()].find((one) => one.externalId === id)

  const forget = (server: PanelRow) => {
    for (const port of ports.values()) if (port.server === server.id) port.server = null
    servers.delete(server.id)
  }
  /** The daemon's part of a call: `done(null)` when it did it, else its status after the time that took. */
  const daemon = (fate: Fate, done: (status: number | null) => void) => {
    const status =
      fate === 'daemon_500' ? 500 : fate === 'daemon_429' ? 429 : fate === 'daemon_404' ? 404 : fate.startsWith('daemon_hangs') ? 504 : null
    time.after(status === 504 ? DAEMON_PATIENCE_MS : fate === 'daemon_slow' ? DAEMON_PATIENCE_MS - 1_000 : DAEMON_MS, () => done(status))
  }
  const install = (server: PanelRow, fate: Fate, failedStatus: string) => {
    if (fate === 'install_never') return
    time.after(INSTALL_MS, () => {
      const now = servers.get(server.id)
      if (now?.status === 'installing') now.status = fate === 'install_fails' ? failedStatus : null
    })
  }
  const insert = (body: NewPanelServer, madeBy: PanelRow['madeBy']): PanelRow => {
    const ids2 = [body.allocation.default, ...body.allocation.additional]
    ids += 1
    const server: PanelRow = {
      id: ids,
      externalId: body.externalId,
      uuid: `uuid-${ids}`,
      identifier: `id-${ids}`,
      name: body.name,
      status: 'installing',
      suspended: false,
      limits: body.limits,
      featureLimits: body.featureLimits,
      userId: body.userId,
      nodeId: ports.get(body.allocation.default)?.nodeId ?? 0,
      allocationId: body.allocation.default,
      eggId: body.eggId,
      environment: {},
      allocations: ids2.map((id) => ({ id, ip: '10.0.0.1', alias: null, port: ports.get(id)?.port ?? 0 })),
      createdAt: new Date(0),
      madeBy,
      takenBack: false,
    }
    for (const id of ids2) {
      const port = ports.get(id)
      if (port) port.server = server.id
    }
    servers.set(server.id, server)
    everMade.set(server.id, server)
    events.made(server)
    return server
  }

  function createServer(body: NewPanelServer, fate: Fate, done: (answer: Answer) => void) {
    const refused: Record<string, string> = {}
    if (byExternalId(body.externalId)) refused['external_id'] = 'unique'
    if (!users.has(body.userId)) refused['user'] = 'exists'
    if (fate === 'field_refused') refused['environment.VERSION'] = 'required'
    if (ports.get(body.allocation.default)?.server !== null) refused['allocation.default'] = 'exists'
    for (const [place, id] of body.allocation.additional.entries())
      if (ports.get(id)?.server !== null) refused[`allocation.additional.${place}`] = 'exists'
    if (Object.keys(refused).length > 0) return time.after(100, () => done(failed(422, 'ValidationException', '', refused)))
    time.after(THINK_MS, () => {
      if (fate === 'lost_race' || byExternalId(body.externalId) || !users.has(body.userId)) return done(failed(500, 'QueryException'))
      if (ports.get(body.allocation.default)?.server !== null) return done(failed(500, 'DataValidationException'))
      const server = insert(body, 'shop')
      if (fate === 'php_dies') return done({ ok: false, status: 502, body: undefined, trouble: 'HTML' })
      daemon(fate, (status) => {
        if (status === null) {
          install(server, fate, 'install_failed')
          return done(good(shown(server)))
        }
        time.after(fate === 'daemon_hangs_twice' ? DAEMON_PATIENCE_MS : 0, () => {
          if (servers.has(server.id)) {
            server.takenBack = true
            forget(server)
            events.takenBack(server)
          }
          done(failed(status, DAEMON))
        })
      })
    })
  }

  /** Suspend, unsuspend, reinstall, delete: the row first (but for a delete), the daemon then. */
  function change(act: 'suspend' | 'unsuspend' | 'reinstall' | 'delete', id: number, fate: Fate, done: (answer: Answer) => void) {
    const server = servers.get(id)
    if (!server) return time.after(100, () => done(absent()))
    const set = (status: string | null) => {
      server.status = status
      server.suspended = status === 'suspended'
    }
    if (act === 'suspend' && server.suspended) return time.after(100, () => done(good()))
    if (act === 'unsuspend' && !server.suspended) return time.after(100, () => done(good()))
    if (act === 'suspend') set('suspended')
    if (act === 'unsuspend') set(null)
    if (act === 'reinstall') set('installing')
    daemon(fate, (status) => {
      if (status === null) {
        if (act === 'delete') forget(server)
        if (act === 'reinstall') install(server, fate, 'reinstall_failed')
        return done(good())
      }
      if (act === 'delete' && status === 404) {
        forget(server)
        return done(good())
      }
      if (act === 'suspend') set(null)
      if (act === 'unsuspend') set('suspended')
      done(failed(status, DAEMON))
    })
  }

  /** The row at once; the daemon is told, and its failure swallowed. */
  function resize(id: number, build: PanelBuild, fate: Fate, done: (answer: Answer) => void) {
    const server = servers.get(id)
    if (!server) return time.after(100, () => done(absent()))
    if (fate === 'field_refused') return time.after(100, () => done(failed(422, 'ValidationException', '', { 'limits.memory': 'max' })))
    time.after(THINK_MS, () => {
      if (fate === 'lost_race') return done(failed(500, 'QueryException'))
      Object.assign(server, { limits: build.limits, featureLimits: build.featureLimits })
      events.resized(server)
      if (fate === 'php_dies') return done({ ok: false, status: 502, body: undefined, trouble: 'HTML' })
      daemon(fate, () => done(good(shown(server))))
    })
  }

  function createUser(body: NewPanelUser, fate: Fate, done: (answer: Answer) => void) {
    const all = [...users.values()]
    const refused: Record<string, string> = {}
    if (all.some((user) => user.externalId === body.externalId)) refused['external_id'] = 'unique'
    if (all.some((user) => user.email === body.email)) refused['email'] = 'unique'
    if (all.some((user) => user.username === body.username)) refused['username'] = 'unique'
    if (Object.keys(refused).length > 0) return time.after(100, () => done(failed(422, 'ValidationException', '', refused)))
    time.after(THINK_MS, () => {
      if (fate === 'lost_race') return done(failed(500, 'QueryException'))
      done(good(addUser(body)))
    })
  }
  const addUser = (body: Pick<NewPanelUser, 'username' | 'email'> & { externalId: string | null }): PanelUser => {
    ids += 1
    const { externalId, username, email } = body
    const user = {
      id: ids,
      externalId,
      uuid: `uuid-${ids}`,
      username,
      email,
      firstName: 'A',
      lastName: 'B',
      rootAdmin: false,
      language: 'en',
    }
    users.set(user.id, user)
    return user
  }

  return {
    servers,
    everMade,
    users,
    ports,
    nodesOf,
    byExternalId,
    forget,
    insert,
    install,
    createServer,
    change,
    resize,
    createUser,
    addUser,
    absent,
  }
}
export type ModelPanel = ReturnType<typeof createPanel>

/** A row as an answer: what changes on the panel later does not change what was said. */
export const shown = ({ madeBy: _, takenBack: __, ...server }: PanelRow): PanelServer => ({
  ...server,
  allocations: [...server.allocations],
})

/** How a lost or strange answer looks to the client. */
export const asExchange = (method: string, path: string, answer: Extract<Answer, { ok: false }>): Exchange => ({
  method,
  path,
  status: answer.status,
  headers: new Headers(answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }),
  body: answer.body,
  trouble: answer.trouble,
})
