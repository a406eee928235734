import { emit } from '../events/emit.ts'
import { listOf } from '../wire/page-of.ts'
import type { Discount, Invoice, Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { cancelNow } from './cancel.ts'
import { collect } from './collect.ts'
import { draftInvoice, finalize, saveInvoice } from './invoices.ts'
import { periodLine } from './lines.ts'
import { nextBoundary } from './periods.ts'
import { periodEnd, planRenewal, productName, saveSubscription } from './subscribe.ts'

export const activeDiscounts = (world: World, subscription: Subscription, at: number): Discount[] =>
  subscription.discounts
    .map((id) => world.rows.discounts.get(id))
    .filter((discount) => discount !== undefined && (discount.end === null || discount.end > at)) as Discount[]

/** The subscription as it is in its next period. */
export function inNextPeriod(subscription: Subscription): Subscription {
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: item.current_period_end,
    current_period_end: nextBoundary(subscription.billing_cycle_anchor, item.price.recurring!, item.current_period_end),
  }))
  return { ...subscription, items: { ...subscription.items, data: items } }
}

/** The invoice a period begins with: what was left over from changes, then the period itself. */
export function cycleInvoice(world: World, renewed: Subscription, reason: NonNullable<Invoice['billing_reason']>): Invoice | null {
  const customer = world.rows.customers.get(renewed.customer)
  if (!customer) return null
  const waiting = world.rows.pendingLines.get(renewed.id)?.lines ?? []
  const start = Math.min(...renewed.items.data.map((item) => item.current_period_start))
  return draftInvoice(world, {
    customer,
    subscription: renewed,
    lines: [...waiting, ...renewed.items.data.map((item) => periodLine(renewed, item, productName(world, item.price)))],
    discounts: activeDiscounts(world, renewed, start),
    reason,
    period: { start: start - 1, end: start },
  })
}

/** The period is over: end the subscription where that was asked for, else bill the next period. */
export function renew(world: World, subscriptionId: string): void {
  const subscription = world.rows.subscriptions.get(subscriptionId)
  if (!subscription || subscription.status === 'canceled') return
  const at = nowOf(world)
  if (subscription.cancel_at_period_end || (subscription.cancel_at !== null && subscription.cancel_at <= at)) {
    cancelNow(world, subscription)
    return
  }
  const next = inNextPeriod(subscription)
  const invoice = cycleInvoice(world, next, 'subscription_cycle')
  const renewed = saveSubscription(world, {
    ...next,
    latest_invoice: invoice?.id ?? subscription.latest_invoice,
    status: subscription.status === 'trialing' ? 'active' : subscription.status,
  })
  world.rows.pendingLines.delete(subscriptionId)
  const previous = { items: listOf(subscription.items.data, subscription.items.url), latest_invoice: subscription.latest_invoice }
  emit(world, 'customer.subscription.updated', renewed, {
    ...previous,
    ...(subscription.status === renewed.status ? {} : { status: subscription.status }),
  })
  if (periodEnd(renewed) > periodEnd(subscription)) planRenewal(world, renewed)
  if (!invoice) return
  emit(world, 'invoice.created', saveInvoice(world, invoice))
  collect(world, finalize(world, invoice))
}
