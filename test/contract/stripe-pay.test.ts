import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckout, openProduct, openSandbox, refusal, type TestSandbox } from './stripe/kit.ts'

let box: TestSandbox
beforeAll(async () => {
  box = await openSandbox()
})
afterAll(() => box.close())

const MINUTE = 60_000
const seconds = () => Math.floor(box.clock.now().getTime() / 1000)
const session = (id: string) => box.stripe.checkout.sessions.retrieve(id)
const post = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
const CARD = { exp: '12/44', cvc: '123', name: 'Ada' }
/** What happened since a moment, oldest first. */
const happened = async (act: () => Promise<unknown>) => {
  await box.sandbox.settle()
  const before = box.hook.got.length
  await act()
  await box.sandbox.settle()
  return box.hook.types().slice(before)
}

describe('the pay page', () => {
  it('shows what is bought and pays by a plain form', async () => {
    const made = await openCheckout(box.stripe)
    const page = await (await fetch(made.url!)).text()
    for (const text of ['Sandbox: no money moves here', 'Minecraft 4 GB', '$12.00', 'every month', 'Card number', 'http://shop.test/cart'])
      expect(page).toContain(text)
    expect(page).not.toContain('<script')
    const types = await happened(async () => {
      const answer = await post(made.url!, { number: '4242 4242 4242 4242', ...CARD })
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(`http://shop.test/done?session=${made.id}`)
    })
    expect(types).toEqual([
      'payment_intent.created',
      'customer.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'payment_method.attached',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
      'checkout.session.completed',
    ])
    expect(await session(made.id)).toMatchObject({ status: 'complete', payment_status: 'paid', url: null, payment_intent: null })
    expect((await post(made.url!, { number: '4242424242424242', ...CARD })).status).toBe(410)
  })

  it('makes a subscription of its own metadata, periods on its items, and an invoice that names it', async () => {
    const made = await openCheckout(box.stripe, { metadata: { only: 'session' } })
    box.sandbox.pay(made.id)
    const subscription = await box.stripe.subscriptions.retrieve((await session(made.id)).subscription as string)
    expect(subscription).toMatchObject({
      status: 'active',
      metadata: { order: 'order-1', app: 'shop' },
      billing_mode: { type: 'flexible' },
    })
    expect(subscription).not.toHaveProperty('current_period_end')
    expect(subscription.items.data[0]!.current_period_end).toBeGreaterThan(seconds() + 27 * 86_400)
    const invoice = await box.stripe.invoices.retrieve(subscription.latest_invoice as string)
    expect(invoice).toMatchObject({
      status: 'paid',
      parent: { subscription_details: { subscription: subscription.id, metadata: { order: 'order-1' } } },
    })
    const [payment] = (await box.stripe.invoicePayments.list({ invoice: invoice.id! })).data
    const [back] = (await box.stripe.invoicePayments.list({ payment: payment!.payment as never })).data
    expect(back).toMatchObject({ id: payment!.id, status: 'paid', amount_paid: 1200 })
  })

  it('keeps the session open when the card is declined: no subscription, no invoice', async () => {
    const customer = await box.stripe.customers.create({ email: 'declined@shop.test' })
    const made = await openCheckout(box.stripe, { customer: customer.id })
    const types = await happened(async () => {
      const answer = await post(made.url!, { number: '4000000000000002', ...CARD })
      expect(answer.status).toBe(402)
      expect(await answer.text()).toContain('Your card was declined.')
    })
    expect(types).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
    expect(await session(made.id)).toMatchObject({ status: 'open', payment_status: 'unpaid', subscription: null, invoice: null })
    expect((await box.stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([])
    expect((await box.stripe.invoices.list({ customer: customer.id })).data).toEqual([])
    expect(box.sandbox.pay(made.id).outcome).toBe('paid')
  })

  it.each([
    ['4242424242424241', '12/44', '123', 'Your card number is invalid.'],
    ['4242424242424242', '01/20', '123', 'in the past'],
    ['4242424242424242', '13/44', '123', 'expiration date is invalid'],
    ['4242424242424242', '12/44', '1', 'security code is invalid'],
    ['4111111111111111', '12/44', '123', 'only test cards'],
    ['4000000000009995', '12/44', '123', 'insufficient funds'],
  ])('refuses %s %s %s', async (number, exp, cvc, says) => {
    const made = await openCheckout(box.stripe)
    const answer = await post(made.url!, { number, exp, cvc })
    expect(answer.status).toBe(402)
    expect((await answer.text()).replaceAll('&#39;', "'")).toContain(says)
    expect((await session(made.id)).status).toBe('open')
  })

  it.each(['4000002500003155', '4000002760003184'])(
    'asks for 3-D Secure with %s; failing leaves it open, completing pays',
    async (number) => {
      const made = await openCheckout(box.stripe)
      const asked = await post(made.url!, { number, ...CARD })
      expect(asked.headers.get('location')).toBe(`/pay/${made.id}/3ds`)
      const page = await (await fetch(`${made.url}/3ds`)).text()
      expect(page).toContain('Complete authentication')
      expect((await post(`${made.url}/3ds`, { answer: 'fail' })).status).toBe(402)
      expect((await session(made.id)).status).toBe('open')
      await post(made.url!, { number, ...CARD })
      expect((await post(`${made.url}/3ds`, { answer: 'complete' })).status).toBe(303)
      expect(await session(made.id)).toMatchObject({ status: 'complete', payment_status: 'paid' })
    },
  )

  it('escapes what a shop or a person wrote', async () => {
    const product = await box.stripe.products.create({ name: '<b>"bold"</b>' })
    const price = await box.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 100,
      recurring: { interval: 'year' },
    })
    const page = await (await fetch((await openCheckout(box.stripe, {}, price.id)).url!)).text()
    expect(page).toContain('&lt;b&gt;&quot;bold&quot;&lt;/b&gt;')
    expect(page).not.toContain('<b>"bold"')
  })

  it('takes a promotion code where the session allows it', async () => {
    const coupon = await box.stripe.coupons.create({ percent_off: 25, duration: 'once' })
    const code = await box.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'QUARTER' })
    const made = await openCheckout(box.stripe, { allow_promotion_codes: true })
    expect((await post(`${made.url}/promotion`, { promotion_code: 'NOPE' })).status).toBe(400)
    await post(`${made.url}/promotion`, { promotion_code: 'quarter' })
    expect(await session(made.id)).toMatchObject({ amount_subtotal: 1200, amount_total: 900, total_details: { amount_discount: 300 } })
    box.sandbox.pay(made.id)
    const done = await box.stripe.checkout.sessions.retrieve(made.id, { expand: ['invoice'] })
    expect(done.invoice).toMatchObject({ subtotal: 1200, total: 900, amount_paid: 900 })
    expect((await box.stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1)
  })
})

describe('a program that pays', () => {
  const tell = (id: string, said: object) =>
    fetch(`${box.sandbox.url}/sandbox/sessions/${id}/pay`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(said),
    })

  it('does what the page does', async () => {
    const made = await openCheckout(box.stripe)
    const declined = await tell(made.id, { card: '4000000000000002' })
    expect([declined.status, await declined.json()]).toEqual([
      402,
      expect.objectContaining({ outcome: 'declined', code: 'card_declined', status: 'open' }),
    ])
    const asked = await tell(made.id, { card: '4000002500003155' })
    expect(await asked.json()).toMatchObject({ outcome: 'authentication_required' })
    const paid = await tell(made.id, { card: '4000002500003155', authenticate: 'complete' })
    expect(await paid.json()).toMatchObject({
      outcome: 'paid',
      status: 'complete',
      payment_status: 'paid',
      next: `http://shop.test/done?session=${made.id}`,
    })
    expect((await tell(made.id, { card: '4242424242424242' })).status).toBe(409)
    expect((await tell('cs_test_none', {})).status).toBe(404)
  })

  it('sees everything on the operator’s page and as JSON', async () => {
    const page = await fetch(`${box.sandbox.url}/sandbox`)
    expect(page.headers.get('content-type')).toContain('text/html')
    const text = await page.text()
    for (const part of ['Checkout sessions', 'Subscriptions', 'Charges', 'Open a dispute', 'Resend', '200 in']) expect(text).toContain(part)
    const state = (await (await fetch(`${box.sandbox.url}/sandbox/state.json`)).json()) as Record<string, unknown[]>
    expect(state['events']!.length).toBe(box.sandbox.stats().events)
    expect(JSON.stringify(state)).not.toContain('4242424242424242')
  })
})

describe('the operator’s controls', () => {
  const press = (path: string, said: object = {}) =>
    fetch(`${box.sandbox.url}/sandbox${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(said),
    })

  it('open and close disputes, expire sessions, roll secrets', async () => {
    const made = await openCheckout(box.stripe)
    box.sandbox.pay(made.id)
    const [charge] = (await box.stripe.charges.list({ limit: 1 })).data
    const dispute = (await (await press(`/charges/${charge!.id}/dispute`, { reason: 'fraudulent' })).json()) as { id: string }
    expect((await box.stripe.disputes.retrieve(dispute.id)).reason).toBe('fraudulent')
    expect((await press(`/charges/${charge!.id}/dispute`)).status).toBe(409)
    expect(await (await press(`/disputes/${dispute.id}/close`, { outcome: 'lost' })).json()).toMatchObject({ status: 'lost' })
    const left = await openCheckout(box.stripe)
    expect((await press(`/sessions/${left.id}/expire`)).status).toBe(200)
    expect((await press(`/sessions/${left.id}/expire`)).status).toBe(409)
    const [endpoint] = (await box.stripe.webhookEndpoints.list()).data
    expect(await (await press(`/endpoints/${endpoint!.id}/roll`)).json()).toEqual({ secret: expect.stringMatching(/^whsec_/) })
    for (const path of ['/events/evt_none/resend', '/endpoints/we_none/roll', '/nothing'])
      expect((await press(path)).status, path).toBe(404)
  })

  it('lead a person back to the page, and show what links point to', async () => {
    const left = await openCheckout(box.stripe)
    const pressed = await fetch(`${box.sandbox.url}/sandbox/sessions/${left.id}/expire`, {
      method: 'POST',
      headers: { Accept: 'text/html' },
      redirect: 'manual',
    })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/sandbox'])
    const [invoice] = (await box.stripe.invoices.list({ limit: 1 })).data
    expect(await (await fetch(invoice!.hosted_invoice_url!)).text()).toContain(invoice!.number)
    const [charge] = (await box.stripe.charges.list({ limit: 1 })).data
    expect(await (await fetch(charge!.receipt_url!)).text()).toContain('Receipt')
    expect((await fetch(`${box.sandbox.url}/pay/cs_test_none`)).status).toBe(404)
  })
})

describe('a bank debit', () => {
  const allowed = ['card', 'us_bank_account'] as ['card', 'us_bank_account']

  it('is offered only where the session allows it', async () => {
    const plain = await openCheckout(box.stripe)
    expect(box.sandbox.payByBank(plain.id).outcome).toBe('declined')
    expect(await (await fetch(plain.url!)).text()).not.toContain('Bank debit')
    const made = await openCheckout(box.stripe, { allowed_payment_method_types: allowed })
    expect(await (await fetch(made.url!)).text()).toContain('Bank debit (delayed)')
  })

  it('is complete and unpaid first, paid by itself after a while', async () => {
    const made = await openCheckout(box.stripe, { allowed_payment_method_types: allowed })
    const types = await happened(() => post(made.url!, { method: 'us_bank_account' }))
    expect(types).toContain('payment_intent.processing')
    expect(types).not.toContain('invoice.paid')
    expect(await session(made.id)).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    const later = await happened(() => box.pass(2 * MINUTE))
    expect(later).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
      'checkout.session.async_payment_succeeded',
    ])
    expect((await session(made.id)).payment_status).toBe('paid')
  })

  it('fails when that is asked for', async () => {
    const made = await openCheckout(box.stripe, { allowed_payment_method_types: allowed })
    box.sandbox.payByBank(made.id)
    const types = await happened(() => post(`${box.sandbox.url}/sandbox/sessions/${made.id}/settle`, { outcome: 'fail' }))
    expect(types).toContain('checkout.session.async_payment_failed')
    expect(await session(made.id)).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    expect(await happened(() => box.pass(2 * MINUTE))).toEqual([])
  })
})

describe('a session nobody pays', () => {
  it('may last from thirty minutes to a day', async () => {
    for (const wait of [29 * 60 - 61, 24 * 3600 + 120])
      expect(await refusal(openCheckout(box.stripe, { expires_at: seconds() + wait }))).toMatchObject({
        param: 'expires_at',
        statusCode: 400,
      })
    expect((await openCheckout(box.stripe)).expires_at).toBeGreaterThan(seconds() + 23 * 3600)
  })

  it('expires by the clock, and can then not be paid', async () => {
    const made = await openCheckout(box.stripe, { expires_at: seconds() + 35 * 60 })
    expect(await happened(() => box.pass(34 * MINUTE))).not.toContain('checkout.session.expired')
    const types = await happened(() => box.pass(2 * MINUTE))
    expect(types.filter((type) => type === 'checkout.session.expired')).toHaveLength(1)
    expect(await session(made.id)).toMatchObject({ status: 'expired', payment_status: 'unpaid', url: null })
    expect(await (await fetch(made.url!)).text()).toContain('This checkout has expired')
    expect(box.sandbox.pay(made.id).outcome).toBe('closed')
  })

  it('expires when the shop says so, once', async () => {
    const made = await openCheckout(box.stripe)
    expect((await box.stripe.checkout.sessions.expire(made.id)).status).toBe('expired')
    expect((await refusal(box.stripe.checkout.sessions.expire(made.id))).message).toContain('status of expired')
  })
})

describe('what a shop may not ask', () => {
  it('is refused with the parameter named', async () => {
    const { price: once } = await openProduct(box.stripe, 500, null)
    const monthly = await openProduct(box.stripe)
    await box.stripe.prices.update(monthly.price.id, { active: false })
    expect(await refusal(openCheckout(box.stripe, {}, once.id))).toMatchObject({ param: 'line_items' })
    expect(await refusal(openCheckout(box.stripe, {}, monthly.price.id))).toMatchObject({ param: 'line_items[0][price]' })
    expect(await refusal(openCheckout(box.stripe, {}, 'price_none'))).toMatchObject({
      code: 'resource_missing',
      param: 'line_items[0][price]',
    })
    expect(await refusal(openCheckout(box.stripe, { mode: 'payment' }))).toMatchObject({ param: 'line_items' })
    expect(await refusal(openCheckout(box.stripe, { payment_method_types: ['card'] } as never))).toMatchObject({
      code: 'parameter_unknown',
    })
  })
})
