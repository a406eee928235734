import type Sdk from 'stripe'
import { boughtOf } from './metadata.ts'
import type { Refund, Session, StripeEvent, Subscription } from './types.ts'

const instant = (seconds: number): Date => new Date(seconds * 1000)
const instantOrNull = (seconds: number | null | undefined): Date | null => (seconds == null ? null : instant(seconds))
const idOf = (ref: string | { id: string } | null | undefined): string | null =>
  ref == null ? null : typeof ref === 'string' ? ref : ref.id

/** Stripe's enums are open: a word we do not know must never pass for one that releases or delivers something. */
const known = <T extends string>(word: string | null, words: readonly T[], otherwise: T): T =>
  (words as readonly (string | null)[]).includes(word) ? (word as T) : otherwise

/** When the session's first invoice was paid; known only where the call expanded `invoice`. */
function paidAtOf(session: Sdk.Checkout.Session): Date | null {
  if (session.payment_status === 'unpaid' || session.invoice === null || typeof session.invoice !== 'object') return null
  return instantOrNull(session.invoice.status_transitions?.paid_at)
}

export const toSession = (session: Sdk.Checkout.Session, app: string): Session => ({
  id: session.id,
  url: session.url,
  orderId: session.client_reference_id,
  ours: session.metadata?.['app'] === app,
  status: known(session.status, ['open', 'complete', 'expired'], 'open'),
  paymentStatus: known(session.payment_status, ['paid', 'unpaid', 'no_payment_required'], 'unpaid'),
  subscriptionId: idOf(session.subscription),
  customerId: idOf(session.customer),
  customerEmail: session.customer_details?.email ?? null,
  amountCents: session.amount_total ?? 0,
  currency: session.currency ?? '',
  bought: boughtOf(session.metadata),
  createdAt: instant(session.created),
  expiresAt: instant(session.expires_at),
  paidAt: paidAtOf(session),
})

/** The period lives on the items; all of ours have one. */
export const toSubscription = (subscription: Sdk.Subscription, app: string): Subscription => ({
  id: subscription.id,
  orderId: subscription.metadata['app'] === app ? (subscription.metadata['order_id'] ?? null) : null,
  customerId: idOf(subscription.customer) ?? '',
  status: subscription.status,
  cancelAtPeriodEnd: subscription.cancel_at_period_end,
  currentPeriodEnd: instantOrNull(subscription.items.data[0]?.current_period_end),
  endedAt: instantOrNull(subscription.ended_at),
  items: subscription.items.data.map((item) => ({ id: item.id, priceId: idOf(item.price) ?? '' })),
})

export const toRefund = (refund: Sdk.Refund): Refund => ({
  id: refund.id,
  paymentIntentId: idOf(refund.payment_intent) ?? '',
  amountCents: refund.amount,
  status: refund.status ?? 'unknown',
  wish: refund.metadata?.['wish'] ? Number(refund.metadata['wish']) : null,
  createdAt: instant(refund.created),
})

export const toEvent = (event: Sdk.Event): StripeEvent => {
  const object = event.data.object as { id?: string; object?: string }
  return {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version,
    createdAt: instant(event.created),
    payload: event as unknown as Record<string, unknown>,
    object: { id: object.id ?? '', kind: object.object ?? '' },
  }
}

export { idOf, instant }
