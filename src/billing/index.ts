export { drainInbox } from './drain-inbox.ts'
export { type Ended, type EndOrder, endOrder } from './end-order.ts'
export type { EndAsk } from './end-plan.ts'
export { HANDLED_TYPES } from './handlers/index.ts'
export { reconcileCheckout } from './reconcile-checkout.ts'
export { reconcileOrderMoney } from './reconcile-order-money.ts'
export type { FindStanding } from './recreate-order.ts'
export { billingRepairs } from './repairs.ts'
export { endRoutes } from './routes/end.ts'
export { stripeWebhookRoutes } from './routes/webhook.ts'
export { inboxPartitions, inboxState } from './store/inbox.ts'
export { ordersOwing, ordersToEnd, ordersToPrice } from './store/mirror.ts'
export {
  addEndpoint,
  endpointsToSettle,
  knownEvents,
  lastVerifiedAt,
  type NewEndpoint,
  type Refusals,
  refusalsSince,
  settleEndpoint,
} from './store/signatures.ts'
export { lookBackTo } from './store/sweep.ts'
export { ordersWithWishes, type RefundWish } from './store/wishes.ts'
export { type StripeSwept, sweepStripe } from './sweep-stripe.ts'
export { tendUnpaid } from './tend-unpaid.ts'
export { type Undone, undoEnd } from './undo-end.ts'
