import { z } from 'zod'

/** RFC 9457 problem details, as every error of ours looks on the wire. `type` is a stable code such as `fleet.no_capacity`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What went wrong, in plain words for the reader. */
  detail: z.string(),
  /** What the reader can do now. */
  next: z.string(),
  requestId: z.string(),
  /** Field faults of a refused body: path → what is wrong. */
  fields: z.record(z.string(), z.string()).optional(),
})
export type Problem = z.infer<typeof Problem>

/** An instant: ISO 8601 with zone, UTC. */
export const Instant = z.iso.datetime({ offset: true })
export const Uuid = z.uuid()

/** A page of a list: from its beginning, or from where the last page ended. */
export const PageAsk = z.object({ cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) })
export type PageAsk = z.output<typeof PageAsk>
/** Keyset paging: `cursor` is opaque; null at the end. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** A failure as an operator sees it: class, cause, next step. */
export const FailureView = z.object({
  code: z.string(),
  kind: z.enum(['invalid', 'denied', 'missing', 'conflict', 'full', 'unavailable', 'bug']),
  /** What happened, in plain words. */
  cause: z.string(),
  /** What to do, or what the system does by itself. */
  next: z.string(),
  /** The refused field, where there is one: `environment.SERVER_JARFILE`. */
  field: z.string().nullable(),
  at: Instant,
})
export type FailureView = z.infer<typeof FailureView>
