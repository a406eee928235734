import { z } from 'zod'
import { Uuid } from '../kit/contract.ts'
import { OpsOrderDetail } from '../orders/contract.ts'

const Reason = z.string().trim().min(3).max(500)
export const RefundWanted = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }).strict(),
  z.object({ kind: z.literal('full') }).strict(),
  z.object({ kind: z.literal('part'), cents: z.number().int().min(1).max(100_000_000) }).strict(),
])
export const ServerWanted = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('now') }).strict(),
  z.object({ kind: z.literal('later'), days: z.number().int().min(1).max(90).default(7) }).strict(),
  z.object({ kind: z.literal('keep') }).strict(),
])
/**
 * POST /api/ops/orders/:id/end → EndAnswer: 202, or 200 for a dry run, which checks everything and changes nothing. The same part
 * of the money for the same reason is one refund; `ask_key` tells apart two that are meant.
 */
export const EndAsk = z
  .object({
    when: z.enum(['now', 'period_end']),
    refund: RefundWanted,
    server: ServerWanted,
    reason: Reason,
    ask_key: z.string().min(1).max(100).optional(),
    dry_run: z.boolean().default(false),
  })
  .strict()
export const EndAnswer = z.object({
  /** What is done now or would be, in plain words with amounts and instants. */
  will: z.array(z.string()),
  /** Of what is taken back: what cannot be. */
  stays: z.array(z.string()),
  dryRun: z.boolean(),
  order: OpsOrderDetail,
})
export type EndAnswer = z.infer<typeof EndAnswer>
/** POST /api/ops/orders/:id/undo-end → EndAnswer */
export const UndoEndAsk = z.object({ reason: Reason, dry_run: z.boolean().default(false) }).strict()
/** POST /api/orders/:id/refund: the customer's own right within 48 hours of delivery. */
export const MoneyBackAnswer = z.object({ id: Uuid, will: z.array(z.string()) })
