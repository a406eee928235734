import { emit } from '../events/emit.ts'
import type { Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { saveSubscription } from './subscribe.ts'

type Reason = NonNullable<Subscription['cancellation_details']>['reason']

/** Ends a subscription at once. Its open invoices are not collected any more; nothing is refunded. */
export function cancelNow(world: World, subscription: Subscription, reason: Reason = 'cancellation_requested'): Subscription {
  const at = nowOf(world)
  const canceled = saveSubscription(world, {
    ...subscription,
    canceled_at: subscription.canceled_at ?? at,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, ...subscription.cancellation_details, reason },
    ended_at: at,
    status: 'canceled',
  })
  world.agenda.drop('subscription.renew', subscription.id)
  world.rows.pendingLines.delete(subscription.id)
  for (const invoice of world.rows.invoices.values())
    if (invoice.status === 'open' && invoice.parent?.subscription_details?.subscription === subscription.id) {
      world.agenda.drop('invoice.retry', invoice.id)
      world.rows.invoices.set(invoice.id, { ...invoice, auto_advance: false, next_payment_attempt: null })
    }
  emit(world, 'customer.subscription.deleted', canceled)
  return canceled
}
