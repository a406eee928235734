import { bankRefused, sessionChanged } from './checkout-session.ts'
import type { Handler } from './handler.ts'
import { invoicePaid, invoiceUnpaid } from './invoice.ts'
import { disputeClosed, disputeOpened, refundChanged } from './refund.ts'
import { subscriptionChanged } from './subscription.ts'

/** Every type that means something to us; at most 20, since Stripe's list of events takes no more names. */
export const HANDLERS: Record<string, Handler> = {
  'checkout.session.completed': sessionChanged,
  'checkout.session.async_payment_succeeded': sessionChanged,
  'checkout.session.async_payment_failed': bankRefused,
  'checkout.session.expired': sessionChanged,
  'invoice.paid': invoicePaid,
  'invoice.payment_failed': invoiceUnpaid,
  'invoice.payment_action_required': invoiceUnpaid,
  'customer.subscription.created': subscriptionChanged,
  'customer.subscription.updated': subscriptionChanged,
  'customer.subscription.deleted': subscriptionChanged,
  'customer.subscription.paused': subscriptionChanged,
  'customer.subscription.resumed': subscriptionChanged,
  'charge.refunded': refundChanged,
  'refund.created': refundChanged,
  'refund.updated': refundChanged,
  'refund.failed': refundChanged,
  'charge.dispute.created': disputeOpened,
  'charge.dispute.closed': disputeClosed,
}
export const HANDLED_TYPES = Object.keys(HANDLERS)
