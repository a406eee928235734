import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { flag, metadata, text, unused, whole } from '../wire/params.ts'
import { cardRefused, invalid, noSuch } from '../wire/refusal.ts'
import type { Invoice, InvoiceLine, Price, Subscription, SubscriptionItem } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { collect } from './collect.ts'
import { draftInvoice, finalize, saveInvoice } from './invoices.ts'
import { invoiceLine } from './lines.ts'
import { waitForPayment } from './pending-update.ts'
import { nextBoundary } from './periods.ts'
import { newItem, planOf, productName, saveSubscription } from './subscribe.ts'

export const itemAsk = z.strictObject({
  id: text.optional(),
  price: text.optional(),
  quantity: whole.optional(),
  deleted: flag.optional(),
  metadata: metadata.optional(),
  ...unused('billing_thresholds', 'clear_usage', 'discounts', 'tax_rates'),
})
export type ItemAsk = z.output<typeof itemAsk>

export interface ChangeAsk {
  items: ItemAsk[]
  proration_behavior?: 'always_invoice' | 'create_prorations' | 'none' | undefined
  proration_date?: number | undefined
  payment_behavior?: string | undefined
  billing_cycle_anchor?: 'now' | 'unchanged' | undefined
}

function priceAsked(world: World, id: string): Price {
  const found = world.rows.prices.get(id)
  if (!found) throw noSuch('price', id, 'items[0][price]', 400)
  return found
}

const worth = (item: SubscriptionItem) => Math.round(Number(item.price.unit_amount_decimal) * (item.quantity ?? 1))

function share(world: World, subscription: Subscription, item: SubscriptionItem, at: number, sign: 1 | -1): InvoiceLine {
  const left = (item.current_period_end - at) / (item.current_period_end - item.current_period_start)
  const name = productName(world, item.price)
  return invoiceLine({
    invoice: null,
    subscription: subscription.id,
    item: item.id,
    price: item.price,
    quantity: item.quantity ?? 1,
    amount: sign * Math.round(worth(item) * Math.max(0, Math.min(1, left))),
    description: sign < 0 ? `Unused time on ${name}` : `Remaining time on ${name}`,
    period: { start: at, end: item.current_period_end },
    proration: true,
    metadata: subscription.metadata,
  })
}

/**
 * The subscription with other items, and the lines that even out the running period: what was paid for the time
 * left is credited, the new price of that time is charged. An item with another interval begins a new period now.
 */
export function previewChange(world: World, subscription: Subscription, ask: ChangeAsk): { next: Subscription; lines: InvoiceLine[] } {
  const at = ask.proration_date ?? nowOf(world)
  const lines: InvoiceLine[] = []
  let anchor = ask.billing_cycle_anchor === 'now' ? at : subscription.billing_cycle_anchor
  const items = subscription.items.data.flatMap((old) => {
    const change = ask.items.find((item) => item.id === old.id)
    if (!change) return [old]
    const price = change.price ? priceAsked(world, change.price) : old.price
    if (!price.recurring) throw invalid('The price specified is not recurring.', 'items[0][price]')
    if (price.currency !== subscription.currency)
      throw invalid('All prices of a subscription must have the same currency.', 'items[0][price]')
    if (change.deleted) {
      lines.push(share(world, subscription, old, at, -1))
      return []
    }
    const sameCycle =
      price.recurring.interval === old.price.recurring?.interval && price.recurring.interval_count === old.price.recurring.interval_count
    if (!sameCycle) anchor = at
    const period =
      sameCycle && anchor !== at
        ? { current_period_start: old.current_period_start, current_period_end: old.current_period_end }
        : { current_period_start: at, current_period_end: nextBoundary(at, price.recurring, at) }
    const item: SubscriptionItem = { ...old, ...period, plan: planOf(price), price, quantity: change.quantity ?? old.quantity ?? 1 }
    lines.push(share(world, subscription, old, at, -1), share(world, subscription, item, at, 1))
    return [item]
  })
  for (const change of ask.items.filter((item) => !item.id)) {
    const price = priceAsked(world, change.price ?? '')
    const end = subscription.items.data[0]!.current_period_end
    const item = newItem(subscription.id, price, change.quantity ?? 1, { start: subscription.items.data[0]!.current_period_start, end })
    items.push(item)
    lines.push(share(world, subscription, item, at, 1))
  }
  if (items.length === 0) throw invalid('A subscription must have at least one active plan.', 'items')
  const next = { ...subscription, billing_cycle_anchor: anchor, items: { ...subscription.items, data: items } }
  return { next, lines: ask.proration_behavior === 'none' ? [] : lines }
}

export function changeInvoice(world: World, next: Subscription, lines: InvoiceLine[]): Invoice | null {
  const customer = world.rows.customers.get(next.customer)
  const at = nowOf(world)
  if (!customer) return null
  return draftInvoice(world, {
    customer,
    subscription: next,
    lines,
    discounts: [],
    reason: 'subscription_update',
    period: { start: at, end: at },
  })
}

/** Carries a change out. With `pending_if_incomplete` an unpaid change waits in `pending_update` and nothing else moves. */
export function changeItems(world: World, subscription: Subscription, ask: ChangeAsk): Subscription {
  const unknown = ask.items.find((item) => item.id && !subscription.items.data.some((old) => old.id === item.id))
  if (unknown) throw invalid(`No such subscription item: '${unknown.id}'`, 'items[0][id]', 'resource_missing')
  const { next, lines } = previewChange(world, subscription, ask)
  const newCycle = next.billing_cycle_anchor !== subscription.billing_cycle_anchor
  if (ask.proration_behavior !== 'always_invoice' && !newCycle) {
    const waiting = world.rows.pendingLines.get(subscription.id)?.lines ?? []
    if (lines.length > 0) world.rows.pendingLines.set(subscription.id, { id: subscription.id, lines: [...waiting, ...lines] })
    return saveSubscription(world, next)
  }
  const invoice = changeInvoice(world, next, lines)
  if (!invoice) return saveSubscription(world, next)
  const patient = ask.payment_behavior === 'pending_if_incomplete' || ask.payment_behavior === 'error_if_incomplete'
  const billed = saveSubscription(world, { ...next, latest_invoice: invoice.id })
  emit(world, 'invoice.created', saveInvoice(world, invoice))
  const { decline } = collect(world, finalize(world, invoice), { alone: patient })
  if (!decline) return world.rows.subscriptions.get(billed.id)!
  if (ask.payment_behavior === 'error_if_incomplete') {
    saveSubscription(world, subscription)
    throw cardRefused(decline.message, decline.code, decline.declineCode ?? undefined)
  }
  if (ask.payment_behavior !== 'pending_if_incomplete') return world.rows.subscriptions.get(billed.id)!
  return waitForPayment(world, { ...subscription, latest_invoice: invoice.id }, next)
}
