import type { Repair } from '../findings/index.ts'
import { isUuid } from '../kit/ids.ts'
import { orderById } from '../orders/index.ts'
import { notRepairable } from './errors.ts'
import { refundSubscription } from './refund-subscription.ts'
import type { BillingWorld } from './take-session.ts'

/** A paid session whose checkout we do not know: its subscription is ended and its payments go back. */
export const refundUnknown: Repair<BillingWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const sessionId = String(ask.finding.evidence['sessionId'] ?? '')
  const call = isUuid(orderId) ? { orderId } : {}
  const session = await world.stripe.session(call, sessionId)
  if (!session?.ours) throw notRepairable('Stripe does not know this session, or it is not of this shop.')
  const { subscriptionId } = session
  if (!subscriptionId || !isUuid(orderId)) throw notRepairable('The session names no subscription or no order of ours.')
  if (await orderById(world.db.q, orderId)) throw notRepairable('Its order is known by now: cancel that with a refund instead.')
  if (ask.dryRun) return { did: `End the subscription ${subscriptionId} and give back every payment of it.`, mended: false }
  const keyOf = (n: number, failedBefore: number) => `unknown:${sessionId}:refund:${n}${failedBefore > 0 ? `:again${failedBefore}` : ''}`
  const done = await refundSubscription(world, { orderId, subscriptionId, reason: ask.reason, keyOf, call })
  return {
    did: `Gave back ${done.refundedCents} of ${done.paidCents} cents (${done.currency}).`,
    mended: done.refundedCents >= done.paidCents,
  }
}
