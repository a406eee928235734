import { openFinding, resolveFinding } from '../../findings/index.ts'
import { type Order, orderById } from '../../orders/index.ts'
import type { Subscription } from '../../outside/stripe/types.ts'
import { followSubscription } from '../follow-subscription.ts'
import { isOver } from '../rules.ts'
import type { BillingWorld } from '../take-session.ts'
import type { Handler } from './handler.ts'

/** Whoever changed it, and wherever: the order follows. */
export const subscriptionChanged: Handler = async (world, event) => {
  const askedFrom = world.now()
  const subscription = await world.stripe.subscription({}, event.objectId)
  if (!subscription?.orderId) return
  const order = await orderById(world.db.q, subscription.orderId)
  if (!order || order.stripeSubscriptionId !== subscription.id) return
  await followSubscription(world, order, subscription, askedFrom)
  await comparePrice(world, order, subscription)
}

/** Only where we set a price ourselves, which is known to be done: all others pay what they bought it for. */
async function comparePrice(world: BillingWorld, { id, planChange }: Order, subscription: Subscription): Promise<void> {
  const wanted = planChange?.pricedAt ? planChange.price?.id : undefined
  if (!wanted) return
  const found = { kind: 'billing.price_differs' as const, subject: { type: 'order', id } }
  const at = world.now()
  const [charged] = subscription.items
  await world.db.tx(async (tx) => {
    if (!charged || charged.priceId === wanted || isOver(subscription)) {
      await resolveFinding(tx, { ...found, by: 'billing', reason: 'Stripe charges the price of the plan, or nothing any more.', at })
      return
    }
    await openFinding(tx, {
      ...found,
      severity: 'warning',
      summary: 'Stripe charges another price than that of the plan which the order was changed to.',
      remedy: 'Set the price in Stripe’s dashboard, or change the plan of the order; if it is on purpose, resolve this.',
      evidence: { subscription: subscription.id, charged: charged.priceId, wanted },
      at,
    })
  })
}
