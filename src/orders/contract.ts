import { z } from 'zod'
import { Term } from '../catalog/contract.ts'
import { FailureView, Instant, PageAsk, pageOf, Uuid } from '../kit/contract.ts'

export const ORDER_STATUSES = ['paid', 'provisioning', 'installing', 'provisioned', 'active', 'error', 'canceled'] as const
export const OrderStatus = z.enum(ORDER_STATUSES)
export type OrderStatus = z.infer<typeof OrderStatus>
export const CHECKOUT_STATES = ['opening', 'open', 'paying', 'paid', 'expired'] as const
export const CheckoutState = z.enum(CHECKOUT_STATES)
export type CheckoutState = z.infer<typeof CheckoutState>

/** POST /functions/v1/create-checkout-session. `accept_eula` is needed only where the game has one. */
export const CheckoutAsk = z
  .object({
    plan_id: z.string().min(1).max(100),
    region: z.string().min(1).max(100),
    term: Term,
    /** 1 to 60 printable characters; shown on the panel. */
    server_name: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .regex(/^[^\p{C}]+$/u, 'Only printable characters'),
    accept_terms: z.literal(true),
    accept_eula: z.boolean().optional(),
  })
  .strict()
export type CheckoutAsk = z.infer<typeof CheckoutAsk>
/** `id` becomes the order's id; `url` is Stripe's pay page. */
export const CheckoutAnswer = z.object({ id: Uuid, url: z.url() })

/** The steps a buyer sees, in order. */
export const STEP_IDS = ['payment', 'account', 'create', 'install', 'ready'] as const
export const OrderStep = z.object({
  id: z.enum(STEP_IDS),
  title: z.string(),
  state: z.enum(['done', 'now', 'waiting', 'trouble']),
  text: z.string(),
  at: Instant.nullable(),
})
/**
 * GET /api/orders/:id, and each message of GET /api/orders/:id/events (server-sent events, event name `order`).
 * A checkout that is not paid yet has the same id and shows as `stage: 'checkout'`.
 */
export const OrderView = z.object({
  id: Uuid,
  stage: z.enum(['checkout', 'order']),
  checkoutState: CheckoutState.nullable(),
  /** Stripe's pay page while the checkout is open. */
  payUrl: z.url().nullable(),
  status: OrderStatus.nullable(),
  serverName: z.string(),
  planId: z.string(),
  planName: z.string(),
  gameId: z.string(),
  gameName: z.string(),
  variant: z.string(),
  ramGb: z.number(),
  region: z.string(),
  term: Term,
  amountCents: z.number().int(),
  currency: z.string(),
  paidAt: Instant.nullable(),
  readyAt: Instant.nullable(),
  /** Seconds from payment to ready, or until now. Null before payment. */
  elapsedSeconds: z.number().int().nullable(),
  /** 0..100 */
  progress: z.number().int(),
  steps: z.array(OrderStep),
  /** Plain words on trouble: what happened, what we do, when we look again. Null when all is well. */
  trouble: z.object({ title: z.string(), text: z.string(), nextCheckAt: Instant.nullable() }).nullable(),
  suspended: z.boolean(),
  /** Until then the customer may end it and have all the money back, without asking anybody. Null: that is over, or not yet. */
  moneyBackUntil: Instant.nullable(),
  /** It ends with the period that is paid for. */
  endsWithPeriod: z.boolean(),
  /** When its server is deleted; null: not to be, as far as is decided. */
  deleteAt: Instant.nullable(),
  /** Present once the server exists. `address` is "ip:port" or "alias:port". */
  server: z
    .object({
      identifier: z.string(),
      address: z.string(),
      ports: z.record(z.string(), z.number().int()),
      panelUrl: z.url(),
      panelUsername: z.string(),
    })
    .nullable(),
  supportUrl: z.string(),
})
export type OrderView = z.infer<typeof OrderView>
/** GET /api/orders?cursor=&limit=: the customer's own, newest first; what is not paid yet is on top of the first page. */
export const OrderList = z.object({ orders: z.array(OrderView), nextCursor: z.string().nullable() })
export type OrderList = z.infer<typeof OrderList>

export const OPS_ORDER_FILTERS = ['all', 'stuck', 'error', 'unprovisioned'] as const
/** GET /api/ops/orders?filter=&status=&q=&cursor=&limit= ; `q` is an order id, a customer's e-mail or a server name. */
export const OpsOrderQuery = z.object({
  filter: z.enum(OPS_ORDER_FILTERS).default('all'),
  status: OrderStatus.optional(),
  q: z.string().max(200).optional(),
  ...PageAsk.shape,
})
export const OpsOrderRow = z.object({
  id: Uuid,
  customerId: Uuid,
  customerEmail: z.string(),
  serverName: z.string(),
  planId: z.string(),
  status: OrderStatus,
  node: z.string().nullable(),
  pterodactylServerIdentifier: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  nextCheckAt: Instant.nullable(),
  attempts: z.number().int(),
  failure: FailureView.nullable(),
  suspended: z.boolean(),
})
export type OpsOrderRow = z.infer<typeof OpsOrderRow>
export const OpsOrderPage = pageOf(OpsOrderRow)

/** One line of an order's timeline: a state change, a call to the panel or Stripe, or a note. */
export const TimelineEntry = z.object({
  id: z.string(),
  at: Instant,
  kind: z.enum(['state', 'call', 'note']),
  title: z.string(),
  /** For calls: system, method, path, status, ms, requestId. For states: from, to, by. Never a secret. */
  details: z.record(z.string(), z.unknown()),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>
/** GET /api/ops/orders/:id/timeline?cursor=&limit=: the newest entries, the oldest of them first; each next page is earlier. */
export const TimelinePage = pageOf(TimelineEntry)
/** GET /api/ops/orders/:id */
export const OpsOrderDetail = OpsOrderRow.extend({
  planName: z.string(),
  term: Term,
  region: z.string(),
  amountCents: z.number().int(),
  currency: z.string(),
  stripe: z.object({
    sessionId: z.string().nullable(),
    subscriptionId: z.string().nullable(),
    customerId: z.string().nullable(),
    paymentStatus: z.string().nullable(),
  }),
  reservation: z
    .object({ nodeId: z.number().int(), ramMb: z.number().int(), diskMb: z.number().int(), ports: z.record(z.string(), z.number().int()) })
    .nullable(),
  recordedAt: Instant,
  firstRunningAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  /** How its end was asked for with the period that is paid; null: it was not, or was taken back. */
  ending: z
    .object({ askedAt: Instant, by: z.string(), reason: z.string(), server: z.enum(['now', 'later', 'keep']), agreed: z.boolean() })
    .nullable(),
  deleteAt: Instant.nullable(),
  /** The last change of plan. Under way until `resizedAt`: the panel may have the old limits; until `pricedAt` Stripe the old price. */
  planChange: z
    .object({ from: z.string(), to: z.string(), askedAt: Instant, resizedAt: Instant.nullable(), pricedAt: Instant.nullable() })
    .nullable(),
  timeline: z.array(TimelineEntry),
  /** Where the timeline goes on to what was earlier; null: it is all here. */
  timelineCursor: z.string().nullable(),
  /** Roles allow it and the order's state does. */
  canRetry: z.boolean(),
})
export type OpsOrderDetail = z.infer<typeof OpsOrderDetail>
/** POST /api/ops/orders/:id/retry → OpsOrderDetail, 202 */
export const RetryAsk = z.object({ reason: z.string().max(500).optional() }).strict()
/**
 * POST /api/ops/orders/:id/cancel → OpsOrderDetail, 202. Ends the subscription and suspends the server at once; refund and
 * deletion only where asked for, also later on an order that is canceled already.
 */
export const CancelAsk = z
  .object({ reason: z.string().min(3).max(500), refund: z.boolean().default(false), delete_server: z.boolean().default(false) })
  .strict()
/** POST /api/ops/orders/:id/plan → PlanChanged: 202, or 200 for a dry run, which checks everything and changes nothing. */
export const PlanChangeAsk = z
  .object({ plan_id: z.string().min(1).max(100), reason: z.string().min(3).max(500), dry_run: z.boolean().default(false) })
  .strict()
export const PlanChanged = z.object({
  /** What is done now, or would be, in one sentence or three. */
  did: z.string(),
  dryRun: z.boolean(),
  order: OpsOrderDetail,
})
