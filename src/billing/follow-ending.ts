import { lockOrder, note, type Order, saveOrder } from '../orders/index.ts'
import type { StripeCall } from '../outside/stripe/types.ts'
import { followSubscription } from './follow-subscription.ts'
import { isOver } from './rules.ts'
import { saveSubscription } from './store/mirror.ts'
import type { BillingWorld } from './take-session.ts'

/** Brings a subscription to end with its period, or to go on, as the order says. No call once Stripe was seen to say so. */
export async function followEnding(world: BillingWorld, order: Order, call: StripeCall): Promise<void> {
  const { ending, stripeSubscriptionId: id } = order
  if (!ending || ending.setAt || !id) return
  const askedFrom = world.now()
  const subscription = await world.stripe.subscription(call, id)
  if (!subscription) return
  if (isOver(subscription)) return followSubscription(world, order, subscription, askedFrom)
  const { atPeriodEnd } = ending
  const said =
    subscription.cancelAtPeriodEnd === atPeriodEnd
      ? subscription
      : await world.stripe.endAtPeriodEnd(call, { subscriptionId: id, atPeriodEnd })
  await saveSubscription(world.db.q, order.id, said, world.now())
  await world.db.tx(async (tx) => {
    const at = world.now()
    const fresh = await lockOrder(tx, order.id)
    // Asked otherwise since: that is looked at by its own wake-up.
    if (fresh.ending?.askedAt.getTime() !== ending.askedAt.getTime() || fresh.ending.atPeriodEnd !== atPeriodEnd) return
    const title = atPeriodEnd ? 'Stripe ends the subscription with its period' : 'The subscription goes on at Stripe'
    await saveOrder(tx, fresh, { ending: { ...fresh.ending, setAt: at } }, { title, by: 'billing', at, wake: false })
    await note(tx, order.id, title, { endsAt: said.currentPeriodEnd?.toISOString() ?? null }, at)
  })
}
