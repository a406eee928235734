import { z } from 'zod'
import { Instant, PageAsk, pageOf, Uuid } from '../kit/contract.ts'
import { OpsOrderRow } from '../orders/contract.ts'

/** GET /api/ops/customers?q=&cursor=&limit= ; `q` is an e-mail or the beginning of one, a name, or a whole id of any kind. */
export const CustomerQuery = z.object({ q: z.string().max(200).optional(), ...PageAsk.shape })
export const CustomerRow = z.object({
  id: Uuid,
  email: z.string(),
  name: z.string(),
  emailVerified: z.boolean(),
  role: z.string(),
  orders: z.number().int(),
  createdAt: Instant,
})
export const CustomerPage = pageOf(CustomerRow)
export const CustomerNote = z.object({ id: Uuid, at: Instant, by: z.string(), body: z.string() })
export const CustomerPayment = z.object({
  id: z.string(),
  orderId: Uuid,
  amountCents: z.number().int(),
  refundedCents: z.number().int(),
  currency: z.string(),
  paidAt: Instant,
})
export const CustomerMail = z.object({
  id: Uuid,
  template: z.string(),
  status: z.enum(['queued', 'sent', 'failed']),
  at: Instant,
  sentAt: Instant.nullable(),
  lastError: z.string().nullable(),
})
/** GET /api/ops/customers/:id: the newest 50 of each kind. */
export const CustomerView = CustomerRow.extend({
  stripeCustomerId: z.string().nullable(),
  panel: z
    .object({ pterodactylUserId: z.number().int(), username: z.string(), email: z.string(), adopted: z.boolean(), createdAt: Instant })
    .nullable(),
  items: z.array(OpsOrderRow),
  payments: z.array(CustomerPayment),
  mails: z.array(CustomerMail),
  notes: z.array(CustomerNote),
})
export type CustomerView = z.infer<typeof CustomerView>
export const NoteAsk = z.object({ body: z.string().trim().min(1).max(4_000) }).strict()
export const BY_HAND = ['panel_access', 'order_update', 'how_to_end'] as const
/** POST /api/ops/customers/:id/messages. `dry_run` shows it and sends nothing. */
export const MessageAsk = z.object({ template: z.enum(BY_HAND), order_id: Uuid, dry_run: z.boolean().default(false) }).strict()
export const MessageShown = z.object({ subject: z.string(), text: z.string(), sent: z.boolean() })
/** POST /api/ops/customers/:id/panel/test: what the panel says at this moment. */
export const PanelTest = z.object({
  well: z.boolean(),
  checks: z.array(z.object({ what: z.string(), well: z.boolean(), says: z.string() })),
})
export const PanelDone = z.object({
  pterodactylUserId: z.number().int(),
  username: z.string(),
  /** Shown once, kept nowhere. */
  password: z.string().nullable(),
})
export const WhyAsk = z.object({ reason: z.string().trim().min(3).max(500) }).strict()
