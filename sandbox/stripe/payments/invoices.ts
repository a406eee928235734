import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { listOf } from '../wire/page-of.ts'
import type { Customer, Discount, Invoice, InvoiceLine, InvoicePayment, PaymentIntent, Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { reductions } from './discounts.ts'

interface DraftAsk {
  customer: Customer
  subscription: Subscription
  lines: InvoiceLine[]
  discounts: Discount[]
  reason: NonNullable<Invoice['billing_reason']>
  period: { start: number; end: number }
}

/** An invoice not yet kept: also what a preview shows. */
export function draftInvoice(world: World, ask: DraftAsk): Invoice {
  const id = newId('in_1')
  const off = reductions(
    world,
    ask.discounts,
    ask.lines.map((line) => (line.discountable ? Math.max(0, line.amount) : 0)),
  )
  const lines = ask.lines.map((line, index) => ({
    ...line,
    invoice: id,
    discount_amounts: off[index] && ask.discounts[0] ? [{ amount: off[index], discount: ask.discounts[0].id }] : [],
  }))
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0)
  const discounted = off.reduce((sum, cut) => sum + cut, 0)
  const total = subtotal - discounted
  const due = Math.max(0, total)
  const { customer, subscription } = ask
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Sandbox',
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: ask.reason,
    collection_method: 'charge_automatically',
    created: nowOf(world),
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: ask.discounts.map((discount) => discount.id),
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: listOf(lines, `/v1/invoices/${id}/lines`),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: ask.period.end,
    period_start: ask.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: null,
    total,
    total_discount_amounts: ask.discounts[0] && discounted > 0 ? [{ amount: discounted, discount: ask.discounts[0].id }] : [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  }
}

export function saveInvoice(world: World, invoice: Invoice): Invoice {
  world.rows.invoices.set(invoice.id, invoice)
  return invoice
}

export function finalize(world: World, invoice: Invoice): Invoice {
  const at = nowOf(world)
  const customer = world.rows.customers.get(invoice.customer ?? '')
  const sequence = customer?.next_invoice_sequence ?? 1
  if (customer) world.rows.customers.set(customer.id, { ...customer, next_invoice_sequence: sequence + 1, currency: invoice.currency })
  const page = `${world.settings.publicUrl}/sandbox/invoices/${invoice.id}`
  const open = saveInvoice(world, {
    ...invoice,
    effective_at: at,
    ending_balance: 0,
    hosted_invoice_url: page,
    invoice_pdf: `${page}.pdf`,
    number: `${customer?.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`,
    status: 'open',
    status_transitions: { ...invoice.status_transitions, finalized_at: at },
  })
  emit(world, 'invoice.finalized', open)
  return open
}

/** Ties a payment to its invoice. Several may be tried for one invoice; one pays it. */
export function linkPayment(world: World, invoice: Invoice, intent: PaymentIntent): InvoicePayment {
  const known = world.rows.invoicePayments.values().find((row) => row.invoice === invoice.id && row.payment.payment_intent === intent.id)
  if (known) return known
  const link: InvoicePayment = {
    id: newId('inpay_1'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: nowOf(world),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  }
  world.rows.invoicePayments.set(link.id, link)
  return link
}

/** @param intent null when nothing had to be paid, or it was paid elsewhere. */
export function markPaid(world: World, invoice: Invoice, intent: PaymentIntent | null): Invoice {
  const at = nowOf(world)
  const amount = intent ? invoice.amount_due : 0
  const paid = saveInvoice(world, {
    ...invoice,
    amount_paid: amount,
    amount_remaining: 0,
    attempt_count: intent ? invoice.attempt_count + 1 : invoice.attempt_count,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: at },
    webhooks_delivered_at: at,
  })
  if (intent) {
    const link = linkPayment(world, invoice, intent)
    const settled = { ...link, amount_paid: amount, status: 'paid', status_transitions: { canceled_at: null, paid_at: at } }
    world.rows.invoicePayments.set(link.id, settled)
    emit(world, 'invoice.paid', paid)
    emit(world, 'invoice.payment_succeeded', paid)
    emit(world, 'invoice_payment.paid', settled)
  } else {
    emit(world, 'invoice.paid', paid)
    emit(world, 'invoice.payment_succeeded', paid)
  }
  return paid
}
