import type Stripe from 'stripe'
import { openCheckout, openProduct, refusal, type TestSandbox } from './kit.ts'

const DAY = 86_400_000

/** Uses every route of the API once or more, with the official SDK, and makes every kind of event happen. */
export async function driveEverything(sandbox: TestSandbox): Promise<void> {
  await driveCatalogue(sandbox)
  const paid = await driveSubscription(sandbox)
  await driveMoney(sandbox, paid)
  await driveTroubles(sandbox)
  await driveChanges(sandbox)
  await drivePortal(sandbox)
  await driveOperations(sandbox)
  await sandbox.sandbox.settle()
}

async function driveCatalogue({ stripe }: TestSandbox) {
  const { product, price } = await openProduct(stripe, 900, { interval: 'month', interval_count: 3 })
  await stripe.products.update(product.id, { description: 'A server', images: ['https://shop.test/a.png'], metadata: { region: 'eu' } })
  await stripe.products.retrieve(product.id, { expand: ['default_price'] })
  await stripe.products.list({ active: true, ids: [product.id] })
  await stripe.products.del((await stripe.products.create({ name: 'Nothing' })).id)
  await stripe.prices.update(price.id, { lookup_key: 'mc-4-3', nickname: 'Quarter' })
  await stripe.prices.retrieve(price.id, { expand: ['product'] })
  await stripe.prices.list({ lookup_keys: ['mc-4-3'], expand: ['data.product'] })
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'repeating', duration_in_months: 2, name: 'Half' })
  await stripe.coupons.retrieve(coupon.id)
  await stripe.coupons.list()
  const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' })
  await stripe.promotionCodes.update(code.id, { metadata: { from: 'mail' } })
  await stripe.promotionCodes.retrieve(code.id, { expand: ['promotion.coupon'] })
  await stripe.promotionCodes.list({ code: 'half' })
  const fixed = await stripe.coupons.create({ amount_off: 100, currency: 'usd', duration: 'once' })
  await stripe.coupons.del(fixed.id)
}

async function driveSubscription({ stripe, sandbox, pass }: TestSandbox) {
  const customer = await stripe.customers.create({ email: 'ada@shop.test', name: 'Ada', address: { country: 'DE', line1: 'Street 1' } })
  await stripe.customers.update(customer.id, { phone: '+491', metadata: { user: 'u1' } })
  const [code] = (await stripe.promotionCodes.list({ code: 'HALF' })).data
  const session = await openCheckout(stripe, { customer: customer.id, discounts: [{ promotion_code: code!.id }] })
  await stripe.checkout.sessions.update(session.id, { metadata: { more: 'yes' } })
  sandbox.pay(session.id, '4000000000000002')
  sandbox.pay(session.id, '4000002500003155', { authenticate: 'fail' })
  sandbox.pay(session.id, '4000002500003155', { authenticate: 'complete' })
  const expand = ['line_items', 'customer', 'subscription.latest_invoice.payments', 'invoice']
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand })
  await stripe.checkout.sessions.listLineItems(session.id)
  await stripe.checkout.sessions.list({ customer: customer.id, status: 'complete', expand: ['data.subscription'] })
  const id = (done.subscription as Stripe.Subscription).id
  const { price: dearer } = await openProduct(stripe, 4800)
  const subscription = await stripe.subscriptions.retrieve(id, {
    expand: ['customer', 'latest_invoice.payments', 'default_payment_method', 'discounts'],
  })
  const items = [{ id: subscription.items.data[0]!.id, price: dearer.id }]
  await stripe.invoices.createPreview({ subscription: id, subscription_details: { items, proration_behavior: 'always_invoice' } })
  await stripe.invoices.createPreview({ subscription: id })
  await pass(10 * DAY)
  await stripe.subscriptions.update(id, { items, proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete' })
  await stripe.subscriptions.update(id, { cancel_at_period_end: true, metadata: { a: 'b' } })
  await stripe.subscriptions.update(id, { cancel_at_period_end: false })
  await stripe.subscriptions.list({ customer: customer.id, expand: ['data.latest_invoice'] })
  await pass(31 * DAY)
  await stripe.customers.retrieve(customer.id, { expand: ['subscriptions'] })
  await stripe.customers.listPaymentMethods(customer.id, { type: 'card' })
  await stripe.customers.list({ email: 'ada@shop.test' })
  return { customer: customer.id, subscription: id }
}

async function driveMoney({ stripe, sandbox }: TestSandbox, paid: { customer: string; subscription: string }) {
  const [invoice] = (await stripe.invoices.list({ subscription: paid.subscription, status: 'paid', expand: ['data.payments'] })).data
  await stripe.invoices.retrieve(invoice!.id!, { expand: ['payments.data.payment.payment_intent'] })
  await stripe.invoices.update(invoice!.id!, { metadata: { note: 'seen' } })
  await stripe.invoices.listLineItems(invoice!.id!)
  await refusal(stripe.invoices.finalizeInvoice(invoice!.id!))
  const [payment] = (await stripe.invoicePayments.list({ invoice: invoice!.id! })).data
  await stripe.invoicePayments.retrieve(payment!.id)
  const intent = payment!.payment.payment_intent as string
  await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } })
  await stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge', 'payment_method', 'customer'] })
  await stripe.paymentIntents.list({ customer: paid.customer })
  const [charge] = (await stripe.charges.list({ payment_intent: intent })).data
  await stripe.paymentMethods.retrieve(charge!.payment_method!)
  const refund = await stripe.refunds.create({ payment_intent: intent, amount: 100, reason: 'requested_by_customer', expand: ['charge'] })
  await stripe.refunds.update(refund.id, { metadata: { why: 'late' } })
  await stripe.refunds.retrieve(refund.id)
  await stripe.refunds.list({ payment_intent: intent })
  await stripe.charges.retrieve(charge!.id, { expand: ['refunds', 'payment_intent'] })
  await stripe.balance.retrieve()
  await stripe.accounts.retrieveCurrent()
  const dispute = sandbox.openDispute(charge!.id)!
  await stripe.disputes.retrieve(dispute.id, { expand: ['charge'] })
  await stripe.disputes.update(dispute.id, { evidence: { product_description: 'A game server' }, submit: true })
  sandbox.closeDispute(dispute.id, 'won')
  await stripe.disputes.close(sandbox.openDispute((await oneTimePayment({ stripe, sandbox })).charge)!.id)
  await stripe.disputes.list({ payment_intent: intent })
  await stripe.subscriptions.cancel(paid.subscription, { cancellation_details: { comment: 'too much', feedback: 'too_expensive' } })
  await refusal(stripe.subscriptions.resume(paid.subscription))
}

async function oneTimePayment({ stripe, sandbox }: Pick<TestSandbox, 'stripe' | 'sandbox'>, card?: string) {
  const { price } = await openProduct(stripe, 500, null)
  const session = await openCheckout(stripe, { mode: 'payment', customer_email: 'bo@shop.test', customer_creation: 'always' }, price.id)
  sandbox.pay(session.id, card)
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
  const intent = done.payment_intent as Stripe.PaymentIntent
  return { session: session.id, intent: intent.id, charge: intent.latest_charge as string }
}

/** What goes wrong with money: debits, renewals, refunds that fail, sessions nobody pays. */
async function driveTroubles(sandbox: TestSandbox) {
  const { stripe, pass } = sandbox
  const allowed: Stripe.Checkout.SessionCreateParams = { allowed_payment_method_types: ['card', 'us_bank_account', 'sepa_debit'] }
  for (const [method, outcome] of [
    ['us_bank_account', 'succeed'],
    ['sepa_debit', 'fail'],
  ] as const) {
    const session = await openCheckout(stripe, allowed)
    sandbox.sandbox.payByBank(session.id, method)
    await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice', 'subscription'] })
    sandbox.sandbox.settleBankDebit(session.id, outcome)
  }
  const trial = await openCheckout(stripe, { subscription_data: { trial_period_days: 3 } })
  sandbox.sandbox.pay(trial.id)
  const failing = await openCheckout(stripe)
  sandbox.sandbox.pay(failing.id, '4000000000000341')
  const asking = await openCheckout(stripe)
  sandbox.sandbox.pay(asking.id, '4000002760003184', { authenticate: 'complete' })
  const left = await openCheckout(stripe)
  await stripe.checkout.sessions.expire((await openCheckout(stripe)).id)
  for (const card of ['4000000000005126', '4000000000007726']) {
    const { intent } = await oneTimePayment(sandbox, card)
    await stripe.refunds.create({ payment_intent: intent })
  }
  await oneTimePayment(sandbox, '4000000000000259')
  await pass(32 * DAY)
  await stripe.checkout.sessions.retrieve(left.id)
  const open = (await stripe.invoices.list({ status: 'open', limit: 100 })).data
  await refusal(stripe.invoices.pay(open[0]!.id!))
  await stripe.invoices.pay(open[1]!.id!, { paid_out_of_band: true })
  await stripe.invoices.markUncollectible(open[2]!.id!)
  await stripe.invoices.voidInvoice(open[2]!.id!)
  await pass(20 * DAY)
}

/** Changes that are not paid for: one is paid later, one lapses. */
async function driveChanges({ stripe, sandbox, pass }: TestSandbox) {
  const { price: dearer } = await openProduct(stripe, 9900)
  for (const paidLater of [true, false]) {
    const session = await openCheckout(stripe)
    sandbox.pay(session.id, '4000000000000341')
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
    const { id, items } = done.subscription as Stripe.Subscription
    const waiting = await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]!.id, price: dearer.id }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    })
    if (paidLater) await stripe.invoices.pay(waiting.latest_invoice as string, { paid_out_of_band: true })
    else await pass(DAY)
  }
}

async function drivePortal({ stripe }: TestSandbox) {
  const customer = await stripe.customers.create({ email: 'cy@shop.test' })
  const features: Stripe.BillingPortal.ConfigurationCreateParams.Features = {
    customer_update: { enabled: true, allowed_updates: ['email'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, mode: 'at_period_end', cancellation_reason: { enabled: true, options: ['unused', 'other'] } },
  }
  const configuration = await stripe.billingPortal.configurations.create({ features, business_profile: { headline: 'Servers' } })
  await stripe.billingPortal.configurations.update(configuration.id, { default_return_url: 'http://shop.test/account' })
  await stripe.billingPortal.configurations.retrieve(configuration.id)
  await stripe.billingPortal.configurations.list({ active: true })
  const flow: Stripe.BillingPortal.SessionCreateParams.FlowData = {
    type: 'payment_method_update',
    after_completion: { type: 'redirect', redirect: { return_url: 'http://shop.test/back' } },
  }
  await stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, flow_data: flow })
  await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: 'http://shop.test' })
  await stripe.customers.del(customer.id)
  await stripe.customers.retrieve(customer.id)
}

async function driveOperations({ stripe, sandbox, clock, hook }: TestSandbox) {
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${hook.url}/second`,
    enabled_events: ['invoice.paid'],
    api_version: '2026-10-28.endive',
  })
  await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['*'], disabled: true })
  await stripe.webhookEndpoints.retrieve(endpoint.id)
  await stripe.webhookEndpoints.list()
  await stripe.webhookEndpoints.del(endpoint.id)
  const frozen = Math.floor(clock.now().getTime() / 1000)
  const testClock = await stripe.testHelpers.testClocks.create({ frozen_time: frozen, name: 'renewals' })
  await stripe.testHelpers.testClocks.advance(testClock.id, { frozen_time: frozen + 3600 })
  await sandbox.settle()
  await stripe.testHelpers.testClocks.retrieve(testClock.id)
  await stripe.testHelpers.testClocks.list()
  await stripe.testHelpers.testClocks.del(testClock.id)
  const events = await stripe.events.list({ limit: 100, types: ['invoice.*', 'checkout.session.completed'] })
  await stripe.events.retrieve(events.data[0]!.id)
}
