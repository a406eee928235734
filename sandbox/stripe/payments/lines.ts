import { newId } from '../wire/ids.ts'
import type { InvoiceLine, Price, Subscription, SubscriptionItem } from '../wire/shapes.ts'

interface LineAsk {
  invoice: string | null
  subscription: string
  item: string
  price: Price
  quantity: number
  amount: number
  description: string
  period: { start: number; end: number }
  proration: boolean
  metadata: Record<string, string>
}

export const invoiceLine = (ask: LineAsk): InvoiceLine => ({
  id: newId('il_1'),
  object: 'line_item',
  amount: ask.amount,
  currency: ask.price.currency,
  description: ask.description,
  discount_amounts: [],
  discountable: !ask.proration,
  discounts: [],
  invoice: ask.invoice,
  livemode: false,
  metadata: ask.metadata,
  parent: {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: ask.proration ? newId('ii_1') : null,
      proration: ask.proration,
      proration_details: ask.proration ? { credited_items: null } : null,
      subscription: ask.subscription,
      subscription_item: ask.item,
    },
    type: 'subscription_item_details',
  },
  period: ask.period,
  pretax_credit_amounts: [],
  pricing: {
    price_details: { price: ask.price.id, product: ask.price.product },
    type: 'price_details',
    unit_amount_decimal: ask.price.unit_amount_decimal,
  },
  quantity: ask.quantity,
  quantity_decimal: String(ask.quantity),
  subscription: ask.subscription,
  subtotal: ask.amount,
  taxes: [],
})

const every = (price: Price) => {
  const { interval = 'month', interval_count: count = 1 } = price.recurring ?? {}
  return count === 1 ? `/ ${interval}` : `every ${count} ${interval}s`
}

/** The line of one item for one period, at its full price. */
export function periodLine(subscription: Subscription, item: SubscriptionItem, productName: string, free = false): InvoiceLine {
  const quantity = item.quantity ?? 1
  const unit = (Number(item.price.unit_amount_decimal) / 100).toFixed(2)
  return invoiceLine({
    invoice: null,
    subscription: subscription.id,
    item: item.id,
    price: item.price,
    quantity,
    amount: free ? 0 : Math.round(Number(item.price.unit_amount_decimal) * quantity),
    description: free
      ? `Trial period for ${productName}`
      : `${quantity} × ${productName} (at ${unit} ${item.price.currency.toUpperCase()} ${every(item.price)})`,
    period: { start: item.current_period_start, end: item.current_period_end },
    proration: false,
    metadata: subscription.metadata,
  })
}
