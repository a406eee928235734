import { openFinding } from '../../findings/index.ts'
import { orderById } from '../../orders/index.ts'
import { isOver } from '../rules.ts'
import { saveSubscription } from '../store/mirror.ts'
import type { Handler } from './handler.ts'

/** Keeps our copy true; never touches the order: an event about money does not say what the panel has. */
export const subscriptionChanged: Handler = async (world, event) => {
  const subscription = await world.stripe.subscription({}, event.objectId)
  if (!subscription?.orderId) return
  const order = await orderById(world.db.q, subscription.orderId)
  if (!order || order.stripeSubscriptionId !== subscription.id) return
  await saveSubscription(world.db.q, order.id, subscription, world.now())
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
