import { userById } from '../accounts/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import { formatMoney } from '../kit/money.ts'
import { post } from '../messages/index.ts'
import { note, type Order } from '../orders/index.ts'
import type { Payment, Refund, StripeCall } from '../outside/stripe/types.ts'
import { didFail } from './refund-subscription.ts'
import { wishKey } from './rules.ts'
import { savePayment, saveRefund } from './store/mirror.ts'
import { type RefundWish, settleWish, wishesOf } from './store/wishes.ts'
import type { BillingWorld } from './take-session.ts'

const SHORT = 'billing.refund_refused' as const

/** Gives back what was wished of an order's payments, the newest payment first. No call while nothing is wished. */
export async function giveWishes(world: BillingWorld, order: Order, call: StripeCall): Promise<void> {
  const wanted = (await wishesOf(world.db.q, order.id)).filter((wish) => wish.state === 'wanted')
  for (const wish of wanted) await giveOne(world, order, wish, call)
}

interface Paid {
  payment: Payment
  /** Its place among the payments, part of the refund's key. */
  place: number
  refunds: Refund[]
}

/** What Stripe has is asked first: a refund whose answer was lost is found by its mark and counts. */
async function giveOne(world: BillingWorld, order: Order, wish: RefundWish, call: StripeCall): Promise<void> {
  const { stripe } = world
  const subscriptionId = order.stripeSubscriptionId
  const payments = subscriptionId ? await stripe.paymentsOf(call, { subscriptionId }) : []
  const paid: Paid[] = []
  for (const [index, payment] of payments.entries()) {
    await savePayment(world.db.q, order.id, payment, world.now())
    paid.push({ payment, place: index + 1, refunds: await stripe.refundsOf(call, payment.paymentIntentId) })
  }
  let given = paid
    .flatMap(({ refunds }) => refunds)
    .filter((refund) => refund.wish === wish.n && !didFail(refund))
    .reduce((sum, refund) => sum + refund.amountCents, 0)
  const room = payments.reduce((sum, payment) => sum + payment.amountCents - payment.refundedCents, 0)
  // Somebody gave some back in Stripe's dashboard since: perhaps the same money. A person decides; of a whole, the rest is meant.
  if (wish.kind === 'part' && wish.cents - given > room) return refuse(world, order, wish, { given, room })
  let left = Math.min(wish.cents - given, room)
  for (const { payment, place, refunds } of paid.toReversed()) {
    const amountCents = Math.min(left, payment.amountCents - payment.refundedCents)
    if (amountCents <= 0) continue
    const key = wishKey(order.id, wish.n, place, refunds.filter((refund) => refund.wish === wish.n && didFail(refund)).length)
    const { paymentIntentId } = payment
    const ask = { paymentIntentId, amountCents, reason: wish.reason, orderId: order.id, key, wish: wish.n }
    const refund = await stripe.refund(call, ask)
    await saveRefund(world.db.q, order.id, refund, wish.reason, world.now())
    if (didFail(refund)) return refuse(world, order, wish, { given, room })
    left -= amountCents
    given += amountCents
    await savePayment(world.db.q, order.id, { ...payment, refundedCents: payment.refundedCents + amountCents }, world.now())
  }
  await done(world, order, wish, given)
}

async function done(world: BillingWorld, order: Order, wish: RefundWish, given: number): Promise<void> {
  const user = await userById(world.db.q, order.userId)
  await world.db.tx(async (tx) => {
    const at = world.now()
    if (!(await settleWish(tx, wish, { state: 'done', refundedCents: given, at }))) return
    await note(tx, order.id, 'Money given back', { wish: wish.n, cents: given, currency: wish.currency, reason: wish.reason }, at)
    const subject = { type: 'order', id: order.id }
    for (const kind of [SHORT, 'billing.refund_stuck', 'orders.refund_payment'])
      await resolveFinding(tx, { kind, subject, by: 'billing', reason: 'Given back.', at })
    if (!user || given === 0) return
    await post(tx, {
      userId: user.id,
      toEmail: user.email,
      template: 'part_refunded',
      props: { orderId: order.id, serverName: order.serverName, amountCents: given, currency: wish.currency, reason: wish.reason },
      dedupeKey: `order:${order.id}:refunded:${wish.n}`,
      at,
    })
  })
}

async function refuse(world: BillingWorld, order: Order, wish: RefundWish, found: { given: number; room: number }): Promise<void> {
  await world.db.tx(async (tx) => {
    const at = world.now()
    if (!(await settleWish(tx, wish, { state: 'refused', refundedCents: found.given, at }))) return
    const asked = formatMoney(wish.cents, wish.currency)
    await openFinding(tx, {
      kind: SHORT,
      severity: 'critical',
      subject: { type: 'order', id: order.id },
      summary: `A refund of ${asked} was asked for and did not go through: Stripe has ${formatMoney(found.room, wish.currency)} left, or refused it.`,
      remedy: 'Look at the payment in Stripe’s dashboard: was it given back there meanwhile? Retry, or resolve this.',
      evidence: { wish: wish.n, cents: wish.cents, ...found },
      at,
    })
  })
}
