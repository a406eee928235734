import { z } from 'zod'
import { Instant, pageOf } from '../kit/contract.ts'

/** One deed as staff reads it. */
export const DeedView = z.object({
  id: z.string(),
  at: Instant,
  actorKind: z.enum(['user', 'service', 'key', 'cli', 'system', 'sql']),
  /** A person's id, `service_role`, `key:…`, `cli:root@host`, or the name of a part of the system. */
  actorId: z.string(),
  /** The e-mail, where a person did it. */
  actorEmail: z.string().nullable(),
  /** `room.verb`. */
  did: z.string(),
  targetType: z.string(),
  targetId: z.string(),
  /** The e-mail, where it was done to a person. */
  targetEmail: z.string().nullable(),
  why: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
})
export type DeedView = z.infer<typeof DeedView>
export const DeedPage = pageOf(DeedView)
export type DeedPage = z.infer<typeof DeedPage>

const text = z.string().trim().min(1).max(200).optional()
/** GET /api/ops/audit: newest first; each filter narrows. */
export const AuditQuery = z.object({
  /** Whole actor id, or a person's e-mail. */
  actor: text,
  /** Whole id of what it was done to, or a person's e-mail. */
  target: text,
  /** `orders.cancel`, or `orders` for every deed of that room. */
  did: text,
  from: Instant.optional(),
  until: Instant.optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'none of ours; start again without it')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type AuditQuery = z.infer<typeof AuditQuery>
