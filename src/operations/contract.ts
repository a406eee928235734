import { z } from 'zod'
import { Instant, pageOf, Uuid } from '../kit/contract.ts'
import { OrderStatus } from '../orders/contract.ts'

/** POST /functions/v1/servers-provision, service role only. */
export const ProvisionAsk = z.object({ order_id: Uuid })
/** 200 once the server exists; 202 (with nulls) while still working after 25 s. */
export const ProvisionAnswer = z.object({
  id: z.string().nullable(),
  identifier: z.string().nullable(),
  node: z.string().nullable(),
  allocation: z.string().nullable(),
  status: OrderStatus,
})
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Names under which most is said: the runbook's functions, and the jobs beside them. Others are names of timed tasks. */
export const LOG_FNS = [
  'servers-provision',
  'create-pterodactyl-user',
  'create-checkout-session',
  'stripe-webhook',
  'messages',
  'http',
  'process',
] as const

/** An instant, or how long ago: `15m`, `1h`, `7d`. */
const TimeOrAge = z.union([Instant, z.string().regex(/^\d{1,4}[smhd]$/, 'an instant (ISO 8601) or an age such as 15m, 1h, 7d')])

/** What both the list and its live tail are narrowed by. */
export const LogFilter = z.object({
  order: Uuid.optional(),
  /** Id or whole e-mail address: lines about the customer or one of the customer's orders. */
  customer: z.string().trim().min(3).max(320).optional(),
  fn: z.string().trim().min(1).max(60).optional(),
  /** At least this loud. */
  level: z.enum(LOG_LEVELS).optional(),
  request: Uuid.optional(),
  /** In the sentence or the facts; on the list it needs `since`. */
  text: z.string().trim().min(2).max(200).optional(),
})
export type LogFilter = z.infer<typeof LogFilter>

/** GET /api/ops/logs */
export const LogQuery = LogFilter.extend({
  since: TimeOrAge.optional(),
  until: TimeOrAge.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const LogLineView = z.object({
  id: z.number().int(),
  at: Instant,
  level: z.enum(LOG_LEVELS),
  fn: z.string(),
  message: z.string(),
  orderId: Uuid.nullable(),
  userId: Uuid.nullable(),
  customerEmail: z.string().nullable(),
  requestId: Uuid.nullable(),
  process: z.string(),
  facts: z.record(z.string(), z.unknown()),
})
export type LogLineView = z.infer<typeof LogLineView>
export const LogPage = pageOf(LogLineView).extend({
  /** Set when a text was looked for and the search paused here: the next page goes on further back. */
  lookedBackTo: Instant.nullable(),
})
export type LogPage = z.infer<typeof LogPage>
/** `event: lines` of GET /api/ops/logs/tail; `gap`: there were more than could be shown. */
export const LogNews = z.object({ items: z.array(LogLineView), gap: z.boolean() })
export type LogNews = z.infer<typeof LogNews>
