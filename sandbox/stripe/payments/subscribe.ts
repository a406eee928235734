import { emit } from '../events/emit.ts'
import type { SessionPlan } from '../tables.ts'
import { newId } from '../wire/ids.ts'
import { listOf } from '../wire/page-of.ts'
import type { Customer, Invoice, PaymentMethod, Plan, Price, Subscription, SubscriptionItem } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { draftInvoice, finalize, saveInvoice } from './invoices.ts'
import { periodLine } from './lines.ts'
import { nextBoundary } from './periods.ts'

/** The price in the words used before prices existed; items still carry it. */
export const planOf = (price: Price): Plan => ({
  id: price.id,
  object: 'plan',
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: 'per_unit',
  created: price.created,
  currency: price.currency,
  interval: price.recurring?.interval ?? 'month',
  interval_count: price.recurring?.interval_count ?? 1,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: 'licensed',
})

export const newItem = (
  subscription: string,
  price: Price,
  quantity: number,
  period: { start: number; end: number },
): SubscriptionItem => ({
  id: newId('si_', 14),
  object: 'subscription_item',
  billing_thresholds: null,
  created: period.start,
  current_period_end: period.end,
  current_period_start: period.start,
  current_trial: null,
  discounts: [],
  metadata: {},
  plan: planOf(price),
  price,
  quantity,
  subscription,
  tax_rates: [],
})

export const productName = (world: World, price: Price) => world.rows.products.get(price.product)?.name ?? price.product

export function saveSubscription(world: World, subscription: Subscription): Subscription {
  world.rows.subscriptions.set(subscription.id, subscription)
  return subscription
}

interface SubscribeAsk {
  customer: Customer
  plan: SessionPlan
  method: PaymentMethod | null
}

/** The subscription and its first invoice, open. Called only after the payment went through (or is under way). */
export function subscribe(world: World, { customer, plan, method }: SubscribeAsk): { subscription: Subscription; invoice: Invoice } {
  const id = newId('sub_1')
  const at = nowOf(world)
  const trialEnd =
    plan.subscriptionData.trialEnd ?? (plan.subscriptionData.trialPeriodDays ? at + plan.subscriptionData.trialPeriodDays * 86_400 : null)
  const items = plan.lines
    .filter((line) => line.price?.recurring)
    .map((line) => {
      const price = line.price!
      return newItem(id, price, line.quantity ?? 1, { start: at, end: trialEnd ?? nextBoundary(at, price.recurring!, at) })
    })
  const currency = items[0]!.price.currency
  const lasting = plan.discounts.filter((discount) => world.rows.coupons.get(discount.source.coupon ?? '')?.duration !== 'once')
  const draft: Subscription = {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? at,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: at,
    currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: method?.id ?? null,
    default_source: null,
    default_tax_rates: [],
    description: plan.subscriptionData.description,
    discounts: lasting.map((discount) => discount.id),
    ended_at: null,
    invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
    items: listOf(items, `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: plan.subscriptionData.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: at,
    status: trialEnd ? 'trialing' : 'active',
    test_clock: null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
    trial_start: trialEnd ? at : null,
  }
  const lines = items.map((item) => periodLine(draft, item, productName(world, item.price), trialEnd !== null))
  const invoice = draftInvoice(world, {
    customer,
    subscription: draft,
    lines,
    discounts: plan.discounts,
    reason: 'subscription_create',
    period: { start: at, end: at },
  })
  const subscription = saveSubscription(world, { ...draft, latest_invoice: invoice.id })
  for (const discount of plan.discounts) world.rows.discounts.set(discount.id, { ...discount, customer: customer.id, subscription: id })
  emit(world, 'customer.subscription.created', subscription)
  emit(world, 'invoice.created', saveInvoice(world, invoice))
  planRenewal(world, subscription)
  return { subscription, invoice: finalize(world, invoice) }
}

export const periodEnd = (subscription: Subscription) => Math.min(...subscription.items.data.map((item) => item.current_period_end))

export const planRenewal = (world: World, subscription: Subscription) =>
  world.agenda.plan('subscription.renew', subscription.id, periodEnd(subscription) * 1000)
