import { z } from 'zod'
import type { Journal } from './kit/journal.ts'

/**
 * Faults are data: a list of what shall go wrong, where, how often. The panel, Stripe and mail ask before they act.
 * Switched on a page and by HTTP on the control port: GET/POST /faults, DELETE /faults/:id, DELETE /faults.
 */
export const FAULTS = {
  panel: {
    down: 'connections are closed without an answer',
    slow: 'answers take `ms` milliseconds longer',
    hang: 'the request is taken and never answered',
    html: 'a proxy answers 502 with an HTML page, nothing is done',
    too_many_requests: '429 ThrottleRequestsException with Retry-After `ms`/1000',
    error_before: 'the request is answered `status` (500 default) and nothing is done',
    error_after: 'the request is done, then answered `status` (504 default) with an HTML page',
    daemon_error: 'the daemon answers `status` (500 default): the panel passes it on and cleans up',
    daemon_hang: 'the daemon never answers: 504 after the 15 s of the panel, cleaned up',
    install_never: 'the installation never ends',
    install_fails: 'the installation ends as failed',
    key_refused: 'the panel refuses our key: 401 AuthenticationException',
    no_free_ports: 'the allocation asked for is refused as taken (422)',
    refuse_field: 'a create, or a change of limits, is refused with 422 on the field named in `field`',
    permission_missing: 'the key lacks the permission for this: 403 AccessDeniedHttpException',
    login_page: 'a page with 200 instead of the API, as a login or a protection before the panel would give',
    clock_off: 'the Date of its answers is `ms` milliseconds ahead (600000 default)',
    egg_gone: 'the egg named in `field` is gone; all of them, where none is named',
    variable_added: 'every egg asks for one more variable, named in `field`, and has no default for it',
    all_ports_taken: 'every allocation shows as taken',
  },
  stripe: {
    webhook_twice: 'each event is delivered twice',
    webhook_late: 'each event is delivered `ms` milliseconds later',
    webhook_reordered: 'events are held and delivered newest first, every `ms` milliseconds (2000 default)',
    webhook_dropped: 'events are recorded and never delivered',
    webhook_missigned: 'events are signed with a secret that is not ours',
    endpoint_disabled: 'the webhook endpoints are switched off: shown so, and nothing is delivered',
    charges_disabled: 'the account may not take payments',
    key_refused: 'our key is refused: 401',
    clock_off: 'the Date of its answers is `ms` milliseconds ahead (600000 default)',
    session_lost: 'a checkout session is made and the connection closed without an answer',
    session_500: 'a checkout session is made, the answer is 500 and the idempotency key replays that 500',
    too_many_requests: '429 with code rate_limit',
    error_before: 'the request is answered `status` (500 default) and nothing is done',
    down: 'connections are closed without an answer',
    slow: 'answers take `ms` milliseconds longer',
    hang: 'the request is taken and never answered',
  },
  mail: { down: 'the SMTP server refuses connections' },
} as const

export type System = keyof typeof FAULTS
export type FaultKind<S extends System> = keyof (typeof FAULTS)[S] & string

export const FaultInput = z
  .object({
    system: z.enum(['panel', 'stripe', 'mail']),
    kind: z.string(),
    /** Only requests whose `METHOD /path` contains this text, e.g. "POST /api/application/servers". */
    match: z.string().optional(),
    ms: z.number().int().min(0).max(86_400_000).optional(),
    status: z.number().int().min(400).max(599).optional(),
    field: z.string().optional(),
    /** How many more times; left out: until switched off. */
    times: z.number().int().min(1).optional(),
    /** 0..1, left out: always. */
    probability: z.number().min(0).max(1).optional(),
  })
  .strict()
  .refine((fault) => fault.kind in FAULTS[fault.system], { message: 'no such kind of fault for this system', path: ['kind'] })
export type FaultInput = z.infer<typeof FaultInput>
export type Fault = FaultInput & { id: string; hits: number }

export interface Faults {
  list(): Fault[]
  add(input: FaultInput): Fault
  remove(id: string): boolean
  clear(): void
  /** The first fault of this kind that applies to `what` ("METHOD /path" or free text), counted as used; null if none. */
  take<S extends System>(system: S, kind: FaultKind<S>, what?: string): Fault | null
}

export function createFaults(journal: Journal, random: () => number = Math.random): Faults {
  const rows = journal.collection<Fault>('faults')
  let last = Math.max(0, ...rows.values().map((fault) => Number(fault.id.slice(2))))
  return {
    list: () => rows.values(),
    add(input) {
      last += 1
      const fault = { ...input, id: `f_${last}`, hits: 0 }
      rows.set(fault.id, fault)
      return fault
    },
    remove(id) {
      const found = rows.get(id) !== undefined
      rows.delete(id)
      return found
    },
    clear() {
      for (const fault of rows.values()) rows.delete(fault.id)
    },
    take(system, kind, what = '') {
      const found = rows
        .values()
        .find(
          (fault) =>
            fault.system === system &&
            fault.kind === kind &&
            what.includes(fault.match ?? '') &&
            (fault.probability === undefined || random() < fault.probability),
        )
      if (!found) return null
      const used = { ...found, hits: found.hits + 1, ...(found.times === undefined ? {} : { times: found.times - 1 }) }
      if (used.times === 0) rows.delete(found.id)
      else rows.set(found.id, used)
      return used
    },
  }
}
