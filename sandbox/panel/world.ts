import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Caller } from './auth.ts'
import type { Daemon } from './daemon.ts'
import type { Input } from './laravel/input.ts'
import type { Includes } from './laravel/query.ts'
import type { NodeRow } from './rows.ts'
import type { PasswordLinks } from './set-password.ts'
import type { Store } from './store.ts'
import type { Wings } from './wings.ts'

/** What every route may touch. */
export interface World {
  store: Store
  daemon: Daemon
  wings: Wings
  clock: Clock
  links: PasswordLinks
  faults: Faults
  random: () => number
  userDeadlocks: boolean
  /** Milliseconds of the clock. */
  sleep(ms: number): Promise<void>
}

/** One request on its way through a route. */
export interface Visit {
  world: World
  /** "POST /api/application/servers", as faults match it. */
  what: string
  caller: Caller
  /** The node whose daemon calls, on the remote API. */
  node: NodeRow | null
  /** Body and query together, the body first. */
  input: Input
  query: Input
  includes: Includes
  /** Scheme and host as the caller wrote them, "http://127.0.0.1:8088". */
  origin: string
  /** Address without its query. */
  url: string
  /** The time the panel takes between checking and writing: here other requests overtake. */
  think(): Promise<void>
}

export interface Reply {
  status: number
  body?: unknown
}
export const ok = (body: unknown): Reply => ({ status: 200, body })
export const noContent: Reply = { status: 204 }
export const created = (body: object, resource: string | null): Reply => ({
  status: 201,
  body: resource === null ? body : { ...body, meta: { resource } },
})
