import type { Repair, Repairs } from '../findings/index.ts'
import { Failure } from '../kit/failure.ts'
import { isUuid } from '../kit/ids.ts'
import { checkoutById } from '../orders/index.ts'
import { refundSubscription } from './refund-subscription.ts'
import { type BillingWorld, takeSession } from './take-session.ts'

const notRefundable = (say: string) =>
  new Failure({
    code: 'billing.not_repairable',
    kind: 'conflict',
    say,
    next: "Look at the session in Stripe's dashboard and settle it there, then resolve this finding.",
  })

/**
 * A paid session whose checkout we do not know: once the checkout is back (restored, say) the order is made of it; until
 * then the way `refund` ends its subscription and gives its payments back.
 */
const settleUnknown: Repair<BillingWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const sessionId = String(ask.finding.evidence['sessionId'] ?? '')
  const call = isUuid(orderId) ? { orderId } : {}
  const session = await world.stripe.session(call, sessionId)
  if (!session?.ours) throw notRefundable('Stripe does not know this session, or it is not of this shop.')
  if (isUuid(orderId) && (await checkoutById(world.db.q, orderId))) {
    if (ask.dryRun) return { did: 'Make the order: its checkout is known again.', mended: false }
    await takeSession(world, session, call)
    return { did: 'The order was made: its checkout is known again.', mended: true }
  }
  if (ask.way !== 'refund')
    throw notRefundable('Its checkout is not known, so no order can be made of it. Repair it with the way “refund” to give the money back.')
  const { subscriptionId } = session
  if (!subscriptionId || !isUuid(orderId)) throw notRefundable('The session names no subscription or no order of ours.')
  if (ask.dryRun) return { did: `End the subscription ${subscriptionId} and give back every payment of it.`, mended: false }
  const keyOf = (n: number, failedBefore: number) => `unknown:${sessionId}:refund:${n}${failedBefore > 0 ? `:again${failedBefore}` : ''}`
  const done = await refundSubscription(world, { orderId, subscriptionId, reason: ask.reason, keyOf, call })
  return {
    did: `Gave back ${done.refundedCents} of ${done.paidCents} cents (${done.currency}).`,
    mended: done.refundedCents >= done.paidCents,
  }
}

/** What this room can mend when a person asks for it, by kind of finding. */
export const billingRepairs: Repairs<BillingWorld> = { 'billing.unknown_checkout': settleUnknown }
