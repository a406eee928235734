import { emit } from '../events/emit.ts'
import type { Customer, PaymentIntent, PaymentMethod, Session } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { openDispute } from './disputes.ts'
import { fail, succeed } from './intents.ts'
import { linkPayment, markPaid, saveInvoice } from './invoices.ts'
import { attachMethod } from './methods.ts'
import { saveSubscription, subscribe } from './subscribe.ts'

interface CompleteAsk {
  session: Session
  customer: Customer | null
  method: PaymentMethod
  intent: PaymentIntent | null
  status: 'paid' | 'unpaid' | 'no_payment_required'
  holder: { name: string | null; email: string | null }
}

/** After the payment: subscription, invoice, then the session itself, and the event the shop waits for last. */
export function completeSession(world: World, ask: CompleteAsk): Session {
  const { session, customer, method, intent } = ask
  const plan = world.rows.sessionPlans.get(session.id)!
  world.agenda.drop('session.expire', session.id)
  if (customer && session.mode === 'subscription') attachMethod(world, method.id, customer.id)
  for (const discount of plan.discounts) countRedemption(world, discount.source.coupon, discount.promotion_code)
  let made: { subscription: string; invoice: string } | null = null
  if (session.mode === 'subscription' && customer) {
    const { subscription, invoice } = subscribe(world, { customer, plan, method })
    if (ask.status === 'unpaid' && intent) linkPayment(world, invoice, intent)
    else markPaid(world, invoice, intent)
    made = { subscription: subscription.id, invoice: invoice.id }
  }
  const complete: Session = {
    ...session,
    customer: customer?.id ?? null,
    customer_details: {
      address: null,
      business_name: null,
      email: ask.holder.email ?? customer?.email ?? null,
      individual_name: null,
      name: ask.holder.name ?? customer?.name ?? null,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    },
    invoice: made?.invoice ?? null,
    payment_intent: session.mode === 'payment' ? (intent?.id ?? null) : null,
    payment_status: ask.status,
    status: 'complete',
    subscription: made?.subscription ?? null,
    url: null,
  }
  world.rows.sessions.set(session.id, complete)
  emit(world, 'checkout.session.completed', complete)
  if (ask.status === 'paid' && intent?.latest_charge && world.rows.methodSecrets.get(method.id)?.behaviour === 'disputed')
    openDispute(world, intent.latest_charge, 'fraudulent')
  return complete
}

function countRedemption(world: World, couponId: string | null, promotionCodeId: string | null) {
  const coupon = world.rows.coupons.get(couponId ?? '')
  if (coupon) world.rows.coupons.set(coupon.id, { ...coupon, times_redeemed: coupon.times_redeemed + 1 })
  const code = world.rows.promotionCodes.get(promotionCodeId ?? '')
  if (code) world.rows.promotionCodes.set(code.id, { ...code, times_redeemed: code.times_redeemed + 1 })
}

/** The bank has answered about a debit. Returns null when there is nothing to settle. */
export function settleBankDebit(world: World, sessionId: string, succeeded: boolean): Session | null {
  const session = world.rows.sessions.get(sessionId)
  const plan = world.rows.sessionPlans.get(sessionId)
  const intent = world.rows.paymentIntents.get(plan?.paymentIntent ?? '')
  const method = world.rows.paymentMethods.get(intent?.payment_method ?? '')
  if (session?.payment_status !== 'unpaid' || intent?.status !== 'processing' || !method) return null
  world.agenda.drop('session.settle', sessionId)
  const invoice = world.rows.invoices.get(session.invoice ?? '')
  if (succeeded) {
    const paid = succeed(world, intent, method)
    if (invoice) markPaid(world, invoice, paid)
    const settled: Session = { ...session, payment_status: 'paid' }
    world.rows.sessions.set(sessionId, settled)
    emit(world, 'checkout.session.async_payment_succeeded', settled)
    return settled
  }
  fail(world, intent, method, {
    code: 'payment_intent_payment_attempt_failed',
    declineCode: 'insufficient_funds',
    message: "The customer's account has insufficient funds to cover this payment.",
  })
  if (invoice) {
    const unpaid = saveInvoice(world, { ...invoice, attempt_count: invoice.attempt_count + 1, attempted: true })
    emit(world, 'invoice.payment_failed', unpaid)
    const subscription = world.rows.subscriptions.get(session.subscription ?? '')
    if (subscription?.status === 'active') {
      const overdue = saveSubscription(world, { ...subscription, status: 'past_due' })
      emit(world, 'customer.subscription.updated', overdue, { status: 'active' })
    }
  }
  emit(world, 'checkout.session.async_payment_failed', session)
  return session
}
