import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addIntervals, nextBoundary } from '../../sandbox/stripe/payments/periods.ts'
import { openCheckout, openProduct, openSandbox, refusal, type TestSandbox } from './stripe/kit.ts'

let box: TestSandbox
beforeAll(async () => {
  box = await openSandbox({ retryScheduleMs: [] })
})
afterAll(() => box.close())

const DAY = 86_400_000

async function subscribe(card?: string, price?: string) {
  const made = await openCheckout(box.stripe, {}, price)
  box.sandbox.pay(made.id, card, { authenticate: 'complete' })
  const done = await box.stripe.checkout.sessions.retrieve(made.id, { expand: ['subscription'] })
  const subscription = done.subscription as Stripe.Subscription
  return { id: subscription.id, customer: done.customer as string, invoice: done.invoice as string, item: subscription.items.data[0]! }
}
const read = (id: string) => box.stripe.subscriptions.retrieve(id)
const invoices = async (subscription: string) => (await box.stripe.invoices.list({ subscription, limit: 100 })).data
async function intentOf(invoice: string) {
  const [payment] = (await box.stripe.invoicePayments.list({ invoice })).data
  return payment!.payment.payment_intent as string
}
const typesAbout = (id: string) => box.hook.got.filter(({ body }) => body.includes(id)).map(({ event }) => event.type as string)

describe('a period', () => {
  const at = (date: string) => Date.parse(`${date}T10:00:00Z`) / 1000
  const every = (interval: 'month' | 'year' | 'week' | 'day', interval_count = 1) =>
    ({ interval, interval_count, meter: null, trial_period_days: null, usage_type: 'licensed' }) as const

  it.each([
    ['2027-01-31', every('month'), 1, '2027-02-28'],
    ['2027-01-31', every('month'), 2, '2027-03-31'],
    ['2026-11-30', every('month', 3), 1, '2027-02-28'],
    ['2027-03-15', every('month', 6), 1, '2027-09-15'],
    ['2028-02-29', every('year'), 1, '2029-02-28'],
    ['2027-03-15', every('week', 2), 1, '2027-03-29'],
    ['2027-12-31', every('day'), 1, '2028-01-01'],
  ])('from %s', (from, recurring, count, to) => {
    expect(addIntervals(at(from), recurring, count)).toBe(at(to))
  })

  it('keeps the day of its anchor through a short month', () => {
    expect(nextBoundary(at('2027-01-31'), every('month'), at('2027-02-28'))).toBe(at('2027-03-31'))
  })

  it.each([
    [{ interval: 'month', interval_count: 1 }, 31],
    [{ interval: 'month', interval_count: 3 }, 92],
    [{ interval: 'month', interval_count: 6 }, 184],
    [{ interval: 'year', interval_count: 1 }, 366],
  ] as const)('of %o is as long as the price says', async (recurring, daysMost) => {
    const { price } = await openProduct(box.stripe, 1000, recurring)
    const { item } = await subscribe(undefined, price.id)
    const days = (item.current_period_end - item.current_period_start) / 86_400
    expect(days).toBeLessThanOrEqual(daysMost)
    expect(days).toBeGreaterThan(daysMost - 5)
  })
})

describe('a renewal', () => {
  it('bills the next period when the clock gets there', async () => {
    const { id, item } = await subscribe()
    await box.pass(32 * DAY)
    const now = await read(id)
    expect(now.items.data[0]!.current_period_start).toBe(item.current_period_end)
    expect((await invoices(id)).map(({ billing_reason, status }) => [billing_reason, status])).toEqual([
      ['subscription_cycle', 'paid'],
      ['subscription_create', 'paid'],
    ])
    await box.pass(62 * DAY)
    expect(await invoices(id)).toHaveLength(4)
  })

  it('that fails makes it past due, is tried again, and ends it at last', async () => {
    const { id, item } = await subscribe('4000000000000341')
    await box.pass(item.current_period_end * 1000 - box.clock.now().getTime() + 60_000)
    const [open] = await invoices(id)
    expect(open).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: expect.any(Number) })
    expect((await read(id)).status).toBe('past_due')
    expect(typesAbout(id)).toContain('invoice.payment_failed')
    await box.pass(16 * DAY)
    expect((await box.stripe.invoices.retrieve(open!.id!)).attempt_count).toBe(4)
    expect(await read(id)).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect(typesAbout(id).at(-1)).toBe('customer.subscription.deleted')
  })

  it('that failed is made good with another card in the portal', async () => {
    const { id, customer } = await subscribe('4000000000000341')
    await box.pass(32 * DAY)
    const portal = await box.stripe.billingPortal.sessions.create({ customer, return_url: 'http://shop.test/account' })
    const page = await (await fetch(portal.url)).text()
    expect(page).toContain('past_due')
    const answer = await fetch(`${portal.url}/card`, {
      method: 'POST',
      body: new URLSearchParams({ quick: '4242424242424242' }),
      redirect: 'manual',
    })
    expect(answer.status).toBe(303)
    expect((await read(id)).status).toBe('active')
    expect((await invoices(id))[0]).toMatchObject({ status: 'paid' })
    const cancel = await fetch(`${portal.url}/cancel`, {
      method: 'POST',
      body: new URLSearchParams({ subscription: id }),
      redirect: 'manual',
    })
    expect(cancel.status).toBe(303)
    expect((await read(id)).cancel_at_period_end).toBe(true)
  })

  it('by a card that wants its holder asks for action', async () => {
    const { id } = await subscribe('4000002760003184')
    await box.pass(32 * DAY)
    expect(typesAbout(id)).toContain('invoice.payment_action_required')
    expect((await read(id)).status).toBe('past_due')
  })
})

describe('the end of a subscription', () => {
  it('comes with the period when that was asked for', async () => {
    const { id, item } = await subscribe()
    const asked = await box.stripe.subscriptions.update(id, { cancel_at_period_end: true })
    expect(asked).toMatchObject({ status: 'active', cancel_at_period_end: true, cancel_at: item.current_period_end })
    await box.pass(32 * DAY)
    expect(await read(id)).toMatchObject({ status: 'canceled', ended_at: expect.any(Number) })
    expect(await invoices(id)).toHaveLength(1)
    expect(typesAbout(id).at(-1)).toBe('customer.subscription.deleted')
  })

  it('can be taken back before, and comes at once when cancelled', async () => {
    const { id, customer } = await subscribe()
    await box.stripe.subscriptions.update(id, { cancel_at_period_end: true })
    const kept = await box.stripe.subscriptions.update(id, { cancel_at_period_end: false })
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null })
    const gone = await box.stripe.subscriptions.cancel(id, { cancellation_details: { comment: 'abuse' } })
    expect(gone).toMatchObject({ status: 'canceled', cancellation_details: { comment: 'abuse' } })
    expect(await refusal(box.stripe.subscriptions.cancel(id))).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    expect((await box.stripe.subscriptions.list({ customer })).data).toEqual([])
    expect((await box.stripe.subscriptions.list({ customer, status: 'all' })).data).toHaveLength(1)
  })
})

describe('a change of plan', () => {
  it('is previewed and then billed for the same sum', async () => {
    const { id, item } = await subscribe()
    const { price } = await openProduct(box.stripe, 3600)
    const items = [{ id: item.id, price: price.id }]
    await box.pass(10 * DAY)
    const proration_date = Math.floor(box.clock.now().getTime() / 1000)
    const preview = await box.stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { items, proration_behavior: 'always_invoice', proration_date },
    })
    await box.stripe.subscriptions.update(id, {
      items,
      proration_behavior: 'always_invoice',
      proration_date,
      payment_behavior: 'pending_if_incomplete',
    })
    const [billed] = await invoices(id)
    expect(billed).toMatchObject({ billing_reason: 'subscription_update', status: 'paid', total: preview.total })
    expect(billed!.total).toBeGreaterThan(1500)
    expect(billed!.total).toBeLessThan(1700)
    expect((await read(id)).items.data[0]!.price.id).toBe(price.id)
  })

  it('without an invoice waits for the next period', async () => {
    const { id, item } = await subscribe()
    const { price } = await openProduct(box.stripe, 3600)
    await box.stripe.subscriptions.update(id, { items: [{ id: item.id, price: price.id }] })
    expect(await invoices(id)).toHaveLength(1)
    await box.pass(32 * DAY)
    const [cycle] = await invoices(id)
    expect(cycle!.lines.data.map(({ amount }) => amount)).toEqual([-1200, 3600, 3600])
  })

  it('that is not paid for changes nothing', async () => {
    const { id, item } = await subscribe('4000000000000341')
    const { price } = await openProduct(box.stripe, 3600)
    const items = [{ id: item.id, price: price.id }]
    const ask: Stripe.SubscriptionUpdateParams = { items, proration_behavior: 'always_invoice' }
    const waiting = await box.stripe.subscriptions.update(id, { ...ask, payment_behavior: 'pending_if_incomplete' })
    expect(waiting).toMatchObject({ status: 'active', pending_update: { subscription_items: [{ price: { id: price.id } }] } })
    expect(waiting.items.data[0]!.price.id).toBe(item.price.id)
    await box.pass(DAY)
    expect(await read(id)).toMatchObject({ status: 'active', pending_update: null })
    expect(await refusal(box.stripe.subscriptions.update(id, { ...ask, payment_behavior: 'error_if_incomplete' }))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
  })
})

describe('a refund', () => {
  it('is given in parts, never more than was paid, once', async () => {
    const intent = await intentOf((await subscribe()).invoice)
    const part = await box.stripe.refunds.create({ payment_intent: intent, amount: 500 })
    expect(part).toMatchObject({ status: 'succeeded', amount: 500 })
    const tooMuch = await refusal(box.stripe.refunds.create({ payment_intent: intent, amount: 701 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' })
    expect((await box.stripe.refunds.create({ payment_intent: intent })).amount).toBe(700)
    const again = await refusal(box.stripe.refunds.create({ payment_intent: intent }))
    expect(again).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' })
    const [charge] = (await box.stripe.charges.list({ payment_intent: intent })).data
    expect(charge).toMatchObject({ refunded: true, amount_refunded: 1200 })
    expect((await box.stripe.refunds.list({ charge: charge!.id })).data).toHaveLength(2)
    await box.sandbox.settle()
    expect(typesAbout(charge!.id)).toEqual(expect.arrayContaining(['refund.created', 'charge.refunded', 'refund.updated']))
  })

  it('does not end the subscription', async () => {
    const { id, invoice } = await subscribe()
    await box.stripe.refunds.create({ payment_intent: await intentOf(invoice) })
    expect((await read(id)).status).toBe('active')
  })

  it('may take a while, or fail later', async () => {
    const pending = await box.stripe.refunds.create({ payment_intent: await intentOf((await subscribe('4000000000007726')).invoice) })
    const failing = await box.stripe.refunds.create({ payment_intent: await intentOf((await subscribe('4000000000005126')).invoice) })
    expect([pending.status, failing.status]).toEqual(['pending', 'succeeded'])
    await box.pass(120_000)
    expect((await box.stripe.refunds.retrieve(pending.id)).status).toBe('succeeded')
    expect(await box.stripe.refunds.retrieve(failing.id)).toMatchObject({ status: 'failed', failure_reason: expect.any(String) })
    expect(await box.stripe.charges.retrieve(failing.charge as string)).toMatchObject({ refunded: false, amount_refunded: 0 })
    expect(typesAbout(failing.id)).toContain('refund.failed')
  })
})

describe('a dispute', () => {
  it('is opened, answered and decided', async () => {
    const { invoice } = await subscribe()
    const intent = await box.stripe.paymentIntents.retrieve(await intentOf(invoice))
    const dispute = box.sandbox.openDispute(intent.latest_charge as string)!
    expect(dispute.status).toBe('needs_response')
    expect(await refusal(box.stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({ code: 'charge_disputed' })
    expect((await box.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'used' } })).status).toBe('under_review')
    box.sandbox.closeDispute(dispute.id, 'won')
    expect((await box.stripe.disputes.retrieve(dispute.id)).status).toBe('won')
    await box.sandbox.settle()
    expect(typesAbout(dispute.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ])
  })
})

describe('a trial and a free order', () => {
  it('need no payment now; the trial is billed when it ends', async () => {
    const made = await openCheckout(box.stripe, { subscription_data: { trial_period_days: 3 } })
    expect(made.amount_total).toBe(0)
    box.sandbox.pay(made.id)
    const done = await box.stripe.checkout.sessions.retrieve(made.id, { expand: ['subscription'] })
    expect(done).toMatchObject({ payment_status: 'no_payment_required', subscription: { status: 'trialing' } })
    const { id } = done.subscription as Stripe.Subscription
    await box.pass(4 * DAY)
    expect((await read(id)).status).toBe('active')
    expect((await invoices(id)).map(({ total }) => total)).toEqual([1200, 0])
    const coupon = await box.stripe.coupons.create({ percent_off: 100, duration: 'once' })
    const free = await openCheckout(box.stripe, { discounts: [{ coupon: coupon.id }] })
    box.sandbox.pay(free.id)
    expect((await box.stripe.checkout.sessions.retrieve(free.id)).payment_status).toBe('no_payment_required')
  })
})
