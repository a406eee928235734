import type { Refund, StripeCall } from '../outside/stripe/types.ts'
import { owedOf } from './rules.ts'
import { savePayment, saveRefund, saveSubscription } from './store/mirror.ts'
import type { BillingWorld } from './take-session.ts'

export interface RefundAsk {
  orderId: string
  subscriptionId: string
  reason: string
  /** Idempotency key of the refund of the n-th payment; `failedBefore` refunds of it did not go through. */
  keyOf(n: number, failedBefore: number): string
  call: StripeCall
}

/** Ends a subscription now, without proration. */
export async function endSubscription(world: BillingWorld, ask: Pick<RefundAsk, 'orderId' | 'subscriptionId' | 'call'>): Promise<void> {
  const ended = await world.stripe.cancelSubscription(ask.call, ask.subscriptionId)
  await saveSubscription(world.db.q, ask.orderId, ended, world.now())
}

/**
 * Ends the subscription, then gives back what is left of each of its payments. What Stripe has is asked first, so a
 * second run refunds nothing twice. @returns what came in and what is on its way back, in cents
 */
export async function refundSubscription(
  world: BillingWorld,
  ask: RefundAsk,
): Promise<{ paidCents: number; refundedCents: number; currency: string }> {
  const { orderId, call } = ask
  await endSubscription(world, ask)
  const payments = await world.stripe.paymentsOf(call, { subscriptionId: ask.subscriptionId })
  for (const payment of payments) await savePayment(world.db.q, orderId, payment, world.now())
  for (const { paymentIntentId, amountCents, n } of owedOf(payments)) {
    const before = await world.stripe.refundsOf(call, paymentIntentId)
    const failed = before.filter(didFail).length
    const key = ask.keyOf(n, failed)
    const refund = await world.stripe.refund(call, { paymentIntentId, amountCents, reason: ask.reason, orderId, key })
    await saveRefund(world.db.q, orderId, refund, ask.reason, world.now())
    const paid = payments.find((payment) => payment.paymentIntentId === paymentIntentId)
    if (paid && !didFail(refund)) {
      paid.refundedCents += amountCents
      await savePayment(world.db.q, orderId, paid, world.now())
    }
  }
  return {
    paidCents: payments.reduce((sum, payment) => sum + payment.amountCents, 0),
    refundedCents: payments.reduce((sum, payment) => sum + payment.refundedCents, 0),
    currency: payments[0]?.currency ?? '',
  }
}

export const didFail = (refund: Refund): boolean => refund.status === 'failed' || refund.status === 'canceled'
