import { Failure } from '../../src/kit/failure.ts'
import { judge } from '../../src/outside/panel/answer.ts'
import { ABSENT, notSent, toFailure } from '../../src/outside/panel/failures.ts'
import type { Panel, PanelCall, PanelHooks, PanelServer, PanelUser } from '../../src/outside/panel/types.ts'
import { budgetSpent } from '../../src/servers/errors.ts'
import type { Broken } from './database.ts'
import { type Answer, asExchange, type Fate, failed, type ModelPanel, shown } from './panel.ts'
import type { Time } from './time.ts'

/** The client gives up waiting after this; longer than the panel ever thinks. */
const CLIENT_MS = 40_000
const BUDGET_MS = 20_000

export interface PanelMode {
  keyRefused: boolean
  down: boolean
}
/** What a wire needs of the run whose calls go through it. */
export interface Caller {
  /** Stands before the budget; the schedule says what becomes of the call. */
  beforeSend(): Promise<Fate>
  /** Until `ready` or the run is told to stop. */
  wait(ready: () => boolean): Promise<void>
  hooks: PanelHooks
  sends(what: string, externalId: string | null, id: number | null): void
  ends(what: string, externalId: string | null): void
}

type Handle = (fate: Fate, done: (answer: Answer) => void) => void

/** The adapter's side of the wire: real verdicts on modelled exchanges. */
export function createWire(panel: ModelPanel, time: Time, mode: PanelMode, broken: Broken, caller: Caller) {
  const exchange = async <T>(call: PanelCall, what: string, about: { externalId?: string; id?: number }, handle: Handle): Promise<T> => {
    const fate = await caller.beforeSend()
    if (fate === 'budget_spent') throw budgetSpent(BUDGET_MS)
    await caller.hooks.before(call)
    if (call.signal?.aborted) throw notSent()
    caller.sends(what, about.externalId ?? null, about.id ?? null)
    const sentAt = time.now()
    const back: { arrived: Answer | null } = { arrived: null }
    const hear = (answer: Answer) => {
      back.arrived ??= answer
    }
    send(fate, handle, { hear, done: () => caller.ends(what, about.externalId ?? null) })
    await caller.wait(() => back.arrived !== null || time.now() - sentAt >= CLIENT_MS || Boolean(call.signal?.aborted))
    const trouble = call.signal?.aborted ? 'called off while waiting' : 'timed out'
    const answer: Answer = back.arrived ?? { ok: false, status: null, body: undefined, trouble }
    const facts = { call, method: 'POST', path: what, ms: 0, panelCode: null, rateLimit: null, retryAfterMs: null, requestId: '' }
    await caller.hooks.after({ ...facts, status: answer.ok ? 200 : answer.status })
    if (answer.ok) return answer.value as T
    throw toFailure(judge(asExchange('POST', what, answer)))
  }

  /** What of the call reaches the panel, and what of the answer comes back. `done`: the panel is through with it, heard or not. */
  const send = (fate: Fate, handle: Handle, back: { hear(answer: Answer): void; done(): void }) => {
    const lost = (trouble: string): Answer => ({ ok: false, status: null, body: undefined, trouble })
    const atOnce = (answer: Answer) => {
      back.done()
      back.hear(answer)
    }
    const through = (panelsFate: Fate, heard: (answer: Answer) => void) =>
      handle(panelsFate, (answer) => {
        back.done()
        heard(answer)
      })
    if (fate === 'not_connected' || mode.down) return atOnce(lost('ECONNREFUSED'))
    if (mode.keyRefused) return atOnce(failed(401, 'AuthenticationException'))
    if (fate === 'throttled') return atOnce({ ...failed(429, 'ThrottleRequestsException'), retryAfter: 7 })
    if (fate === 'request_lost') return back.done()
    if (fate === 'silence') return through('ok', () => undefined)
    if (fate === 'answer_lost') return through('ok', () => back.hear(lost('ECONNRESET')))
    if (fate !== 'html') return through(fate, back.hear)
    through('daemon_hangs', () => undefined)
    time.after(1_000, () => back.hear({ ok: false, status: 502, body: undefined, trouble: 'HTML' }))
  }

  const orNull = async <T>(asked: Promise<T>): Promise<T | null> => {
    try {
      return await asked
    } catch (error) {
      if (error instanceof Failure && (error.code === ABSENT || broken.takesTroubleForAbsence)) return null
      throw error
    }
  }
  /** A read that the panel answers at once with what it has at that moment. */
  const reading =
    (read: () => unknown): Handle =>
    (fate, done) =>
      time.after(50, () => {
        if (fate === 'lost_race' || fate === 'php_dies') return done(failed(500, 'QueryException'))
        const found = read()
        done(found === undefined ? panel.absent() : { ok: true, value: found })
      })
  const server = (id: string) => {
    const row = panel.byExternalId(id)
    return row && shown(row)
  }
  const changing =
    (act: 'suspend' | 'unsuspend' | 'reinstall' | 'delete') =>
    (call: PanelCall, id: number): Promise<void> =>
      exchange<void>(call, act, { id }, (fate, done) => panel.change(act, id, fate, done))

  const wire: Partial<Panel> = {
    serverByExternalId: (call, id) =>
      orNull(
        exchange<PanelServer>(
          call,
          'look',
          {},
          reading(() => server(id)),
        ),
      ),
    serversByExternalIds: (call, ids) =>
      exchange(
        call,
        'watch',
        {},
        reading(() => ids.flatMap((id) => server(id) ?? [])),
      ),
    createServer: (call, body) =>
      exchange(call, 'create', { externalId: body.externalId }, (fate, done) => panel.createServer(body, fate, done)),
    suspendServer: changing('suspend'),
    unsuspendServer: changing('unsuspend'),
    reinstallServer: changing('reinstall'),
    deleteServer: changing('delete'),
    patchBuild: (call, { id }, build) => exchange(call, 'resize', { id }, (fate, done) => panel.resize(id, build, fate, done)),
    userByExternalId: (call, id) =>
      orNull(
        exchange<PanelUser>(
          call,
          'user',
          {},
          reading(() => [...panel.users.values()].find((user) => user.externalId === id)),
        ),
      ),
    usersByEmail: (call, email) =>
      exchange(
        call,
        'user',
        {},
        reading(() => [...panel.users.values()].filter((user) => user.email === email)),
      ),
    createUser: (call, body) => exchange(call, 'user', {}, (fate, done) => panel.createUser(body, fate, done)),
    updateUser: (call, user, change) =>
      exchange(
        call,
        'user',
        {},
        reading(() => {
          const row = panel.users.get(user.id)
          if (row && change.externalId) row.externalId = change.externalId
          return row
        }),
      ),
  }
  return wire as Panel
}
