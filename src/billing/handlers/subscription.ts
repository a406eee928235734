import { openFinding, resolveFinding } from '../../findings/index.ts'
import { type Order, orderById } from '../../orders/index.ts'
import type { Subscription } from '../../outside/stripe/types.ts'
import { isOver } from '../rules.ts'
import { saveSubscription } from '../store/mirror.ts'
import type { BillingWorld } from '../take-session.ts'
import type { Handler } from './handler.ts'

/** Keeps our copy true; never touches the order: an event about money does not say what the panel has. */
export const subscriptionChanged: Handler = async (world, event) => {
  const subscription = await world.stripe.subscription({}, event.objectId)
  if (!subscription?.orderId) return
  const order = await orderById(world.db.q, subscription.orderId)
  if (!order || order.stripeSubscriptionId !== subscription.id) return
  await saveSubscription(world.db.q, order.id, subscription, world.now())
  await comparePrice(world, order, subscription)
  if (!isOver(subscription) || order.status === 'canceled') return
  await world.db.tx((tx) =>
    openFinding(tx, {
      kind: 'billing.subscription_ended',
      severity: 'warning',
      subject: { type: 'order', id: order.id },
      summary: 'The subscription ended at Stripe, and the order is not canceled.',
      remedy: "Cancel the order (status 'canceled'), which suspends its server, or sell the customer a new one.",
      evidence: { subscription: subscription.id, endedAt: subscription.endedAt?.toISOString() ?? null },
      at: world.now(),
    }),
  )
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
