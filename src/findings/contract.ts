import { z } from 'zod'
import { Instant, pageOf, Uuid } from '../kit/contract.ts'

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export const FindingView = z.object({
  id: Uuid,
  /** Stable name: `servers.identity_mismatch`. */
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  /** What it is about: `order`, `node`, `plan`, `payment`, `panel` and its id. */
  subjectType: z.string(),
  subjectId: z.string(),
  summary: z.string(),
  remedy: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  /** What a repair can do: way → what it does. Empty: a person mends it elsewhere and resolves it. */
  ways: z.record(z.string(), z.string()),
  status: z.enum(['open', 'resolved']),
  timesSeen: z.number().int(),
  openedAt: Instant,
  lastSeenAt: Instant,
  resolvedAt: Instant.nullable(),
  resolvedBy: z.string().nullable(),
  resolveReason: z.string().nullable(),
})
export type FindingView = z.infer<typeof FindingView>
export const FindingQuery = z.object({
  status: z.enum(['open', 'resolved']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  /** One kind, or all of a room: `servers.moved`, `servers`. */
  kind: z
    .string()
    .max(60)
    .regex(/^[a-z_]+([.][a-z_]+)?$/, 'a kind like servers.moved, or a room like servers')
    .optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const FindingPage = pageOf(FindingView)
export const FindingResolve = z.object({ reason: z.string().min(3).max(500) }).strict()
export const FindingRepair = z
  .object({
    reason: z.string().min(3).max(500),
    /** Look and tell what would be done; change nothing. */
    dry_run: z.boolean().default(false),
    /** One of the finding's ways; may be left out where it has only one. */
    way: z.string().max(40).optional(),
  })
  .strict()
export const FindingRepaired = z.object({
  finding: FindingView,
  dryRun: z.boolean(),
  /** What was done, or would be. */
  did: z.string(),
  /** Whether it is right now; else it goes on by itself. */
  mended: z.boolean(),
})
