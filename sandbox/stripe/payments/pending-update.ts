import { emit } from '../events/emit.ts'
import type { Invoice, Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { saveInvoice } from './invoices.ts'
import { saveSubscription } from './subscribe.ts'

const WAITS_SECONDS = 23 * 3600

/** A change whose invoice was not paid: kept aside for 23 hours, the subscription stays as it was. */
export function waitForPayment(world: World, subscription: Subscription, next: Subscription): Subscription {
  const expiresAt = nowOf(world) + WAITS_SECONDS
  world.agenda.plan('subscription.lapse', subscription.id, expiresAt * 1000)
  return saveSubscription(world, {
    ...subscription,
    pending_update: {
      billing_cycle_anchor: next.billing_cycle_anchor === subscription.billing_cycle_anchor ? null : next.billing_cycle_anchor,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      expires_at: expiresAt,
      metadata: null,
      subscription_items: next.items.data,
      trial_end: null,
      trial_from_plan: null,
    },
  })
}

/** The invoice of a waiting change is paid: the change takes effect. */
export function applyPendingUpdate(world: World, subscription: Subscription, invoice: Invoice): Subscription {
  const waiting = subscription.pending_update
  if (!waiting?.subscription_items || subscription.latest_invoice !== invoice.id) return subscription
  world.agenda.drop('subscription.lapse', subscription.id)
  const applied = saveSubscription(world, {
    ...subscription,
    billing_cycle_anchor: waiting.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    items: { ...subscription.items, data: waiting.subscription_items },
    pending_update: null,
  })
  emit(world, 'customer.subscription.pending_update_applied', applied)
  return applied
}

/** Nobody paid in time: the change is forgotten and its invoice is void. */
export function lapsePendingUpdate(world: World, subscriptionId: string): void {
  const subscription = world.rows.subscriptions.get(subscriptionId)
  if (!subscription?.pending_update) return
  const lapsed = saveSubscription(world, { ...subscription, pending_update: null })
  emit(world, 'customer.subscription.pending_update_expired', lapsed)
  const invoice = world.rows.invoices.get(subscription.latest_invoice ?? '')
  if (invoice?.status !== 'open') return
  world.agenda.drop('invoice.retry', invoice.id)
  const transitions = { ...invoice.status_transitions, voided_at: nowOf(world) }
  const ended = saveInvoice(world, {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'void',
    status_transitions: transitions,
  })
  emit(world, 'invoice.voided', ended)
}
