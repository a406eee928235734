import type { Tx } from '../db/index.ts'
import { resolveFinding } from '../findings/index.ts'
import { Failure } from '../kit/failure.ts'
import { lockOrder, note, type Order, type PlanChange, saveOrder } from '../orders/index.ts'
import type { StripeCall, Subscription } from '../outside/stripe/types.ts'
import { severalItems } from './errors.ts'
import { isOver, planPriceKey, wantsPrice } from './rules.ts'
import { saveSubscription } from './store/mirror.ts'
import type { BillingWorld } from './take-session.ts'

export const PRICE_STUCK = 'billing.price_stuck' as const

/**
 * The price follows the plan, once the panel has its limits: nobody pays for what does not stand, and a change that was taken back
 * before never reaches Stripe. Asked first what the subscription has; one that is over is left alone.
 */
export async function followPlan(world: BillingWorld, order: Order, call: StripeCall): Promise<void> {
  const change = order.planChange
  if (!change || !wantsPrice(change)) return
  const id = order.stripeSubscriptionId
  if (!change.price || !id) return settle(world, order, change, 'The price stays as it is')
  const subscription = await world.stripe.subscription(call, id)
  if (!subscription || isOver(subscription)) return settle(world, order, change, 'The subscription is over: no new price')
  const after = await charge(world, order, subscription, change, call)
  await saveSubscription(world.db.q, order.id, after, world.now())
  await settle(world, order, change, 'The subscription has the price of the new plan, prorated', { amountCents: change.price.amountCents })
}

async function charge(
  world: BillingWorld,
  order: Order,
  subscription: Subscription,
  change: PlanChange,
  call: StripeCall,
): Promise<Subscription> {
  const [item, ...others] = subscription.items
  if (!item || others.length > 0) throw severalItems(subscription.id, subscription.items.length)
  const priceId = change.price?.id ?? item.priceId
  if (item.priceId === priceId) return subscription
  const key = planPriceKey(order.id, change)
  try {
    return await world.stripe.changePrice(call, { subscriptionId: subscription.id, itemId: item.id, priceId, planId: order.planId, key })
  } catch (thrown) {
    if (thrown instanceof Failure && isStored(thrown)) await world.db.tx((tx) => countTry(tx, order, change, world.now()))
    throw thrown
  }
}

/** An error that Stripe answers again to the same key: the next try needs another. That is safe, since it is asked before what it has. */
const isStored = ({ code, facts }: Failure): boolean =>
  code === 'stripe.key_reused' || (code === 'stripe.error' && Number(facts['status']) >= 500)

async function countTry(tx: Tx, { id }: Order, { n }: PlanChange, at: Date): Promise<void> {
  const order = await lockOrder(tx, id)
  if (order.planChange?.n !== n) return
  const planChange = { ...order.planChange, tries: order.planChange.tries + 1 }
  await saveOrder(tx, order, { planChange }, { title: 'Stripe failed', by: 'billing', at, wake: false })
}

/**
 * Changed again since: Stripe may have the older price by now, so the newer change is looked at once more, whatever was seen of
 * it; under another key, since Stripe would only repeat what it answered to that.
 */
const settle = (world: BillingWorld, { id }: Order, done: PlanChange, title: string, paid: { amountCents?: number } = {}): Promise<void> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, id)
    if (!order.planChange) return
    const asDone = order.planChange.n === done.n
    const { tries } = order.planChange
    const planChange = { ...order.planChange, ...(asDone ? { pricedAt: at } : { pricedAt: null, tries: tries + 1 }) }
    await saveOrder(tx, order, { planChange, ...(asDone ? paid : {}) }, { title, by: 'billing', at, wake: !asDone })
    if (!asDone) return
    await note(tx, id, title, { price: done.price?.id ?? null, ...paid }, at)
    await resolveFinding(tx, { kind: PRICE_STUCK, subject: { type: 'order', id }, by: 'billing', reason: title, at })
  })
