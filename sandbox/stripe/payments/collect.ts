import { emit } from '../events/emit.ts'
import type { Invoice, Subscription } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { cancelNow } from './cancel.ts'
import { type Decline, offSessionDecline } from './cards.ts'
import { fail, openIntent, saveIntent, succeed } from './intents.ts'
import { linkPayment, markPaid, saveInvoice } from './invoices.ts'
import { applyPendingUpdate } from './pending-update.ts'
import { saveSubscription } from './subscribe.ts'

const NO_METHOD: Decline = {
  code: 'invoice_payment_intent_requires_action',
  declineCode: null,
  message: 'This customer has no attached payment source or default payment method.',
}

export const subscriptionOf = (world: World, invoice: Invoice): Subscription | null =>
  world.rows.subscriptions.get(invoice.parent?.subscription_details?.subscription ?? '') ?? null

interface CollectHow {
  /** Another method than the stored one. */
  method?: string | undefined
  /** A try whose failure changes nothing but the invoice. */
  alone?: boolean
}

/** One try to have an open invoice paid with the stored method. Returns why not, or null when it is paid. */
export function collect(world: World, invoice: Invoice, how: CollectHow = {}): { invoice: Invoice; decline: Decline | null } {
  if (invoice.amount_due === 0) return { invoice: settleInvoice(world, invoice, null), decline: null }
  const subscription = subscriptionOf(world, invoice)
  const customer = world.rows.customers.get(invoice.customer ?? '')
  const methodId = how.method ?? subscription?.default_payment_method ?? customer?.invoice_settings.default_payment_method
  const method = world.rows.paymentMethods.get(methodId ?? '')
  if (!method) return { invoice: unpaid(world, invoice, how, false), decline: NO_METHOD }
  const link = world.rows.invoicePayments.values().find((row) => row.invoice === invoice.id && row.status === 'open')
  const known = world.rows.paymentIntents.get(link?.payment.payment_intent ?? '')
  const intent =
    known ??
    openIntent(world, {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: invoice.customer,
      description: invoice.billing_reason === 'subscription_cycle' ? 'Subscription update' : 'Payment for invoice',
      metadata: {},
      types: [method.type],
      offSession: true,
      receiptEmail: null,
    })
  linkPayment(world, invoice, intent)
  const decline = offSessionDecline(world.rows.methodSecrets.get(method.id)?.behaviour ?? 'succeeds')
  if (!decline) return { invoice: settleInvoice(world, invoice, succeed(world, intent, method).id), decline: null }
  const failed = fail(world, intent, method, decline)
  if (decline.code === 'authentication_required') saveIntent(world, { ...failed, status: 'requires_action' })
  return { invoice: unpaid(world, invoice, how, decline.code === 'authentication_required'), decline }
}

/** @param intentId null when nothing had to be paid here. */
export function settleInvoice(world: World, invoice: Invoice, intentId: string | null): Invoice {
  world.agenda.drop('invoice.retry', invoice.id)
  const paid = markPaid(world, invoice, intentId ? world.rows.paymentIntents.get(intentId)! : null)
  const owner = subscriptionOf(world, invoice)
  const subscription = owner && applyPendingUpdate(world, owner, invoice)
  if (subscription?.status === 'past_due' && !otherOverdue(world, subscription, invoice)) {
    const active = saveSubscription(world, { ...subscription, status: 'active' })
    emit(world, 'customer.subscription.updated', active, { status: 'past_due' })
  }
  return paid
}

const otherOverdue = (world: World, subscription: Subscription, but: Invoice) =>
  world.rows.invoices
    .values()
    .some((row) => row.id !== but.id && row.status === 'open' && row.parent?.subscription_details?.subscription === subscription.id)

/** Counts the failed try and plans the next; the first one makes the subscription past due. */
function unpaid(world: World, invoice: Invoice, how: CollectHow, needsAction: boolean): Invoice {
  const waitMs = world.settings.dunningScheduleMs[invoice.attempt_count]
  const retryAtMs = waitMs === undefined || how.alone || invoice.auto_advance === false ? null : world.clock.now().getTime() + waitMs
  const tried = saveInvoice(world, {
    ...invoice,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    next_payment_attempt: retryAtMs === null ? null : Math.floor(retryAtMs / 1000),
  })
  emit(world, 'invoice.payment_failed', tried)
  if (needsAction) emit(world, 'invoice.payment_action_required', tried)
  if (retryAtMs !== null) world.agenda.plan('invoice.retry', invoice.id, retryAtMs)
  const subscription = how.alone ? null : subscriptionOf(world, invoice)
  if (subscription?.status === 'active' || subscription?.status === 'trialing') {
    const overdue = saveSubscription(world, { ...subscription, status: 'past_due' })
    emit(world, 'customer.subscription.updated', overdue, { status: subscription.status })
  }
  return tried
}

/** The next planned try. After the last one fails the subscription ends: the sandbox's answer to a dashboard setting. */
export function retryInvoice(world: World, invoiceId: string): void {
  const invoice = world.rows.invoices.get(invoiceId)
  if (invoice?.status !== 'open') return
  const { invoice: tried, decline } = collect(world, invoice)
  const subscription = subscriptionOf(world, tried)
  if (decline && tried.next_payment_attempt === null && subscription && subscription.status !== 'canceled')
    cancelNow(world, subscription, 'payment_failed')
}
