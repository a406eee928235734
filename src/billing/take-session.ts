import type { Tx } from '../db/index.ts'
import { isAccepted, openFinding } from '../findings/index.ts'
import { checkoutById, expireCheckout, type Followed, type FoundBy, followSession, note, settleSecondPayment } from '../orders/index.ts'
import type { Session, StripeCall } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { refundSubscription } from './refund-subscription.ts'
import { firstPaymentFailed } from './rules.ts'

export type BillingWorld = Pick<World, 'db' | 'stripe' | 'now' | 'log'>

/**
 * Acts on a session that Stripe gave us just now, and clears up beside it: a second payment goes back, pages of the
 * same checkout that are still open are closed, a failed bank payment frees the place.
 */
export async function takeSession(
  world: BillingWorld,
  session: Session,
  call: StripeCall = {},
  foundBy: FoundBy = 'hint',
): Promise<Followed> {
  const followed = await followSession(world, session, foundBy)
  if (followed === 'second_payment') await giveBack(world, session, call)
  if (followed === 'unknown_checkout' && session.paymentStatus !== 'unpaid')
    await world.db.tx((tx) => reportUnknown(tx, session, world.now()))
  if (followed === 'made') await closeOthers(world, session, call)
  return followed === 'paying' && (await endIfFailed(world, session, call)) ? 'expired' : followed
}

async function giveBack(world: BillingWorld, session: Session, call: StripeCall): Promise<void> {
  if (!session.subscriptionId || !session.orderId) return
  const { subscriptionId, orderId } = session
  await refundSubscription(world, {
    orderId,
    subscriptionId,
    reason: 'Paid twice',
    keyOf: (n) => `order:${orderId}:second:${session.id}:refund:${n}`,
    call,
  })
  await settleSecondPayment(world, orderId)
}

/** Only a checkout that had trouble opening its page can have more than one. */
async function closeOthers(world: BillingWorld, session: Session, call: StripeCall): Promise<void> {
  const checkout = session.orderId ? await checkoutById(world.db.q, session.orderId) : null
  if (!checkout || checkout.keyVersion === 1 || !session.customerId) return
  const sessions = await world.stripe.sessionsOf(call, session.customerId)
  for (const other of sessions)
    if (other.ours && other.orderId === session.orderId && other.id !== session.id && other.status === 'open')
      await world.stripe.expireSession(call, other.id)
}

/**
 * The bank said no, days later. The subscription is ended first, so that no retry of Stripe's can take money for a place
 * that we gave away; then Stripe is asked once more.
 */
export async function endIfFailed(world: BillingWorld, session: Session, call: StripeCall, saidSo = false): Promise<boolean> {
  if (!session.orderId || !session.subscriptionId) return false
  const subscription = await world.stripe.subscription(call, session.subscriptionId)
  if (!subscription || !(saidSo || firstPaymentFailed(subscription.status))) return false
  if (subscription.status !== 'canceled') await world.stripe.cancelSubscription(call, subscription.id)
  const now = await world.stripe.session(call, session.id)
  if (now?.paymentStatus !== 'unpaid') return false
  const orderId = session.orderId
  await world.db.tx(async (tx) => {
    const at = world.now()
    await expireCheckout(tx, orderId, { why: 'Stripe says that the bank refused the payment', at })
    await note(tx, orderId, 'The bank refused the payment; nothing was charged', { sessionId: session.id }, at)
  })
  return true
}

/** Once a person has settled it, what Stripe's lists say again is no news. */
async function reportUnknown(tx: Tx, session: Session, at: Date): Promise<void> {
  const { id: sessionId, status, paymentStatus, amountCents, currency, bought } = session
  const found = {
    kind: 'billing.unknown_checkout' as const,
    subject: { type: 'checkout', id: session.orderId ?? sessionId },
    evidence: { sessionId, status, paymentStatus, amountCents, currency, ways: bought ? ['recreate', 'refund'] : ['refund'], bought },
  }
  if (await isAccepted(tx, found)) return
  await openFinding(tx, {
    ...found,
    severity: 'critical',
    summary: 'Stripe has a paid session of this shop whose order we do not know.',
    remedy: bought
      ? 'Was a backup restored, or does another database use this Stripe account? Repair it with the way “recreate” to make the order again, or with “refund” to give the money back.'
      : 'Another database may use the same Stripe account, or a backup was restored. Stripe keeps too little of it to make the order again: repair it with the way “refund”.',
    at,
  })
}
