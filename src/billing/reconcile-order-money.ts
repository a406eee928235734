import { userById } from '../accounts/index.ts'
import type { Tx } from '../db/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import { asFailure, type Failure } from '../kit/failure.ts'
import { type Outcome, retry, settled, stuck } from '../kit/outcome.ts'
import { backOffMs } from '../kit/time.ts'
import { post } from '../messages/index.ts'
import { lockOrder, note, type Order, orderById, saveOrder, settleHandChange } from '../orders/index.ts'
import type { StripeCall } from '../outside/stripe/types.ts'
import { followEnding } from './follow-ending.ts'
import { followPlan, PRICE_STUCK } from './follow-plan.ts'
import { giveWishes } from './give-wishes.ts'
import { endSubscription, refundSubscription } from './refund-subscription.ts'
import { isOver, MONEY_RETRY_MS_MAX, refundKey } from './rules.ts'
import { subscriptionOf } from './store/mirror.ts'
import { settleWish, wishesOf } from './store/wishes.ts'
import type { BillingWorld } from './take-session.ts'

const STUCK = 'billing.refund_stuck' as const

/**
 * Stripe's side of an order: its subscription is known, ends when the order is canceled, and every payment goes back
 * where that is wanted; and it follows a change of plan. Costs no call while there is nothing to do.
 */
export async function reconcileOrderMoney(world: BillingWorld, orderId: string, signal: AbortSignal): Promise<Outcome> {
  const found = await orderById(world.db.q, orderId)
  if (!found) return settled()
  if (found.changedByHand) await settleHandChange(world, orderId)
  const call = { orderId, signal }
  try {
    const order = await knowSubscription(world, orderId, call)
    if (order.status !== 'canceled') {
      await followPlan(world, order, call)
      await followEnding(world, order, call)
      await giveWishes(world, order, call)
      return settled()
    }
    if (order.moneySettledAt) return settled()
    if (order.refundWanted) await giveBack(world, order, order.refundWanted, call)
    else await end(world, order, call)
    return settled()
  } catch (thrown) {
    const failure = asFailure(thrown)
    // A fault of ours: the loop counts it, sets the order aside and tells.
    if (failure.kind === 'bug') throw thrown
    return putOff(world, found, failure)
  }
}

/** The session names its subscription only once it is complete; an order made from less learns it here. */
async function knowSubscription(world: BillingWorld, orderId: string, call: StripeCall): Promise<Order> {
  const order = await orderById(world.db.q, orderId)
  if (!order) throw new Error(`order ${orderId} vanished`)
  if (order.stripeSubscriptionId || !order.stripeSessionId) return order
  const session = await world.stripe.session(call, order.stripeSessionId)
  if (!session?.subscriptionId) return order
  const { subscriptionId, customerId } = session
  return world.db.tx(async (tx) => {
    const locked = await lockOrder(tx, orderId)
    const change = { stripeSubscriptionId: subscriptionId, stripeCustomerId: customerId }
    return saveOrder(tx, locked, change, { title: 'Subscription known', by: 'billing', at: world.now(), wake: false })
  })
}

/** Stripe's part of ending an order, without money going back. */
async function end(world: BillingWorld, order: Order, call: StripeCall): Promise<void> {
  const id = order.stripeSubscriptionId
  const known = id ? await subscriptionOf(world.db.q, id) : null
  if (id && !(known && isOver(known))) await endSubscription(world, { orderId: order.id, subscriptionId: id, call })
  await giveWishes(world, order, call)
  await world.db.tx(async (tx) => {
    const at = world.now()
    await markSettled(tx, order, { title: 'Subscription ended at Stripe, without proration', details: { subscription: id } }, at)
    await resolveFinding(tx, {
      kind: STUCK,
      subject: { type: 'order', id: order.id },
      by: 'billing',
      reason: 'The subscription is over.',
      at,
    })
  })
}

async function giveBack(world: BillingWorld, order: Order, reason: string, call: StripeCall): Promise<void> {
  if (!order.stripeSubscriptionId) return end(world, order, call)
  const done = await refundSubscription(world, {
    orderId: order.id,
    subscriptionId: order.stripeSubscriptionId,
    reason,
    keyOf: (n, failedBefore) => refundKey(order.id, n, failedBefore),
    call,
  })
  const user = await userById(world.db.q, order.userId)
  await world.db.tx(async (tx) => {
    const at = world.now()
    await markSettled(tx, order, { title: 'Payments given back', details: { ...done, reason } }, at)
    const subject = { type: 'order', id: order.id }
    for (const wish of await wishesOf(tx, order.id)) await settleWish(tx, wish, { state: 'done', refundedCents: wish.cents, at })
    if (done.refundedCents < done.paidCents) await openFinding(tx, { ...notAll(subject), evidence: { ...done }, at })
    else
      for (const kind of [STUCK, 'orders.refund_payment'])
        await resolveFinding(tx, { kind, subject, by: 'billing', reason: 'Refunded.', at })
    if (!user || done.refundedCents === 0) return
    await post(tx, {
      userId: user.id,
      toEmail: user.email,
      template: 'refunded',
      props: { orderId: order.id, serverName: order.serverName, amountCents: done.refundedCents, currency: done.currency, reason },
      dedupeKey: `order:${order.id}:refunded`,
      at,
    })
  })
}

const notAll = (subject: { type: string; id: string }) => ({
  kind: STUCK,
  severity: 'critical' as const,
  subject,
  summary: 'A refund did not go through, so not all of the money went back.',
  remedy: "Stripe's dashboard says why; arrange it with the customer another way, then resolve this.",
})

/** Under the version that was acted on: a refund asked for meanwhile makes a newer one, and this is done again. */
async function markSettled(tx: Tx, order: Order, what: { title: string; details: Record<string, unknown> }, at: Date): Promise<void> {
  await saveOrder(tx, order, { moneySettledAt: at }, { title: what.title, by: 'billing', at, wake: false })
  await note(tx, order.id, what.title, what.details, at)
}

async function putOff(world: BillingWorld, order: Order, failure: Failure): Promise<Outcome> {
  if (failure.kind === 'unavailable') return retry(failure, failure.retryAfterMs ?? backOffMs(6, MONEY_RETRY_MS_MAX))
  const over = order.status === 'canceled'
  await world.db.tx((tx) =>
    openFinding(tx, {
      kind: over ? STUCK : PRICE_STUCK,
      severity: 'critical',
      subject: { type: 'order', id: order.id },
      summary: `Stripe does not let us ${over ? 'end or refund this order' : 'charge the price of this order’s new plan'}: ${failure.say}`,
      remedy: `${failure.next} Then wake the order again, or do it in Stripe's dashboard.`,
      evidence: { code: failure.code, ...failure.facts },
      at: world.now(),
    }),
  )
  return failure.kind === 'denied' ? retry(failure, MONEY_RETRY_MS_MAX) : stuck(failure)
}
