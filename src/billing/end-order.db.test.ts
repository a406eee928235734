import { beforeEach, expect, test } from 'vitest'
import { wholeShop } from '../../test/kit/whole-shop.ts'
import type { Actor } from '../kit/actor.ts'
import { Failure } from '../kit/failure.ts'
import { DAY, HOUR } from '../kit/time.ts'
import { type EndOrder, endOrder, undoEnd } from './index.ts'
import { takeMoneyBack } from './money-back.ts'

const shop = await wholeShop()
const OPERATOR: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const ADMIN: Actor = { kind: 'user', id: 'the-admin', role: 'admin' }
const KEEP = { kind: 'keep' } as const
const NONE = { kind: 'none' } as const

const end = (orderId: string, ask: Partial<EndOrder> = {}) =>
  endOrder(shop.world, {
    ...{ when: 'now', refund: NONE, server: { kind: 'later', days: 7 }, by: ADMIN, orderId, reason: 'Asked by mail' },
    ...{ dryRun: false, limitCents: 500, ...ask },
  })
const one = async (card?: string): Promise<string> => (await shop.deliver(1, { card }))[0] ?? ''
const PAYS_ONCE = '4000000000000341'
const subscription = async (id: string) => shop.stripe.subscription({}, (await shop.order(id)).stripeSubscriptionId ?? '')
const refunded = async (id: string) => {
  const payments = await shop.stripe.paymentsOf({}, { subscriptionId: (await shop.order(id)).stripeSubscriptionId ?? '' })
  return payments.reduce((sum, payment) => sum + payment.refundedCents, 0)
}
const part = (cents: number) => ({ kind: 'part', cents }) as const
const findings = async (id: string) =>
  (await shop.db.q.selectFrom('findings').select('kind').where('subject_id', '=', id).where('status', '=', 'open').execute()).map(
    (row) => row.kind,
  )

beforeEach(() => {
  shop.noFaults()
  shop.stripeFaults.clear()
})

test('a dry run says what will happen, with amounts and instants, and changes nothing', async () => {
  const id = await one()
  const before = await shop.order(id)
  const { will } = await end(id, { refund: part(250), dryRun: true })
  expect(will.join('\n')).toMatch(
    /canceled now.*ends now.*suspended at once.*told by mail.*deleted on .* UTC.*\$2[.]50 of \$10[.]00.*\$7[.]50/s,
  )
  expect(await shop.order(id)).toEqual(before)
  expect((await end(id, { refund: part(250) })).will).toEqual(will.map((line) => expect.stringContaining(line.slice(0, 30))))
})

test('two parts are two, one repeated is one, and never more than Stripe has', async () => {
  const id = await one()
  await end(id, { when: 'period_end', refund: part(250) })
  await end(id, { when: 'period_end', refund: part(250) })
  await end(id, { when: 'period_end', refund: part(250), reason: 'Again, for the second outage' })
  await shop.settle([id])
  expect(await refunded(id)).toBe(500)
  await expect(end(id, { refund: part(501) })).rejects.toMatchObject({ code: 'billing.refund_too_much', kind: 'conflict' })
  await end(id, { refund: { kind: 'full' } })
  await shop.settle([id])
  expect(await refunded(id)).toBe(1000)
  expect((await subscription(id))?.status).toBe('canceled')
})

test('given back in the dashboard between asking and doing: not given twice, a person is asked', async () => {
  const id = await one()
  await end(id, { refund: part(800), server: KEEP })
  const [payment] = await shop.stripe.paymentsOf({}, { subscriptionId: (await shop.order(id)).stripeSubscriptionId ?? '' })
  const by = { paymentIntentId: payment?.paymentIntentId ?? '', amountCents: 800, reason: 'by hand', orderId: id, key: `hand:${id}` }
  await shop.stripe.refund({}, by)
  await shop.settle([id])
  expect(await refunded(id)).toBe(800)
  expect(await findings(id)).toEqual(['billing.refund_refused'])
})

test('a refund whose answer was lost is found again by its mark, whatever Stripe remembers of its key', async () => {
  const id = await one()
  const { stripe } = shop.world
  const lost = new Failure({
    code: 'stripe.unreachable',
    kind: 'unavailable',
    say: 'No answer.',
    next: 'Again.',
    facts: { answered: false },
  })
  shop.world.stripe = {
    ...stripe,
    refund: (call, ask) => stripe.refund(call, { ...ask, key: 'forgotten' }).then(() => Promise.reject(lost)),
  }
  await end(id, { when: 'period_end', refund: part(300), server: KEEP })
  await shop.settle([id])
  shop.world.stripe = stripe
  await shop.advance(2 * DAY, [id])
  expect(await refunded(id)).toBe(300)
  expect(await shop.db.q.selectFrom('refund_wishes').select('state').where('order_id', '=', id).execute()).toEqual([{ state: 'done' }])
})

test('an operator gives back so much of one order in a day; an administrator has no limit', async () => {
  const id = await one()
  await end(id, { by: OPERATOR, when: 'period_end', refund: part(300) })
  const more = { by: OPERATOR, when: 'period_end', refund: part(201), reason: 'Another outage' } as const
  await expect(end(id, more)).rejects.toMatchObject({ code: 'billing.refund_over_limit', kind: 'denied' })
  await end(id, { ...more, by: ADMIN })
  await shop.settle([id])
  expect(await refunded(id)).toBe(501)
})

test('taken back before the period is over, all goes on; after the end, the server alone is kept, and that is said', async () => {
  const id = await one()
  await end(id, { when: 'period_end' })
  await shop.settle([id])
  expect(await subscription(id)).toMatchObject({ cancelAtPeriodEnd: true })
  const undone = await undoEnd(shop.world, { by: OPERATOR, orderId: id, reason: 'Changed their mind', dryRun: false })
  expect(undone.stays).toEqual([])
  await shop.settle([id])
  expect(await subscription(id)).toMatchObject({ cancelAtPeriodEnd: false, status: 'active' })
  expect((await shop.order(id)).ending).toMatchObject({ atPeriodEnd: false, setAt: expect.any(Date) })

  await end(id)
  await shop.advance(6 * DAY, [id])
  const { stays } = await undoEnd(shop.world, { by: OPERATOR, orderId: id, reason: 'Changed their mind', dryRun: false })
  expect(stays.join(' ')).toContain('cannot be resumed')
  await shop.advance(2 * DAY, [id])
  expect(await shop.serversOf(id)).toMatchObject([{ suspended: true }])
  await expect(undoEnd(shop.world, { by: OPERATOR, orderId: id, reason: 'Twice', dryRun: false })).rejects.toMatchObject({
    code: 'billing.nothing_to_undo',
  })
})

test('a renewal that fails: told with a link, stopped after the grace, running again once paid', async () => {
  const id = await one(PAYS_ONCE)
  await shop.advance(32 * DAY, [id])
  expect(await subscription(id)).toMatchObject({ status: 'past_due' })
  await shop.tendUnpaid()
  await shop.tendUnpaid()
  expect(await findings(id)).toEqual(['billing.renewal_unpaid'])
  expect((await shop.mails(id)).filter((mail) => mail === 'payment_failed')).toHaveLength(1)
  await shop.advance(3 * DAY + HOUR, [id])
  await shop.tendUnpaid()
  await shop.settle([id])
  expect(await shop.order(id)).toMatchObject({ status: 'active', suspendedReason: 'payment' })
  expect(await shop.serversOf(id)).toMatchObject([{ suspended: true }])

  const invoice = await shop.stripe.openInvoiceOf({}, (await shop.order(id)).stripeSubscriptionId ?? '')
  const paid = await fetch(`${shop.stripeSandbox.url}/v1/invoices/${invoice?.id}/pay`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.stripeSandbox.secretKey}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'paid_out_of_band=true',
  })
  expect(paid.status).toBe(200)
  await shop.settle([id])
  expect(await shop.order(id)).toMatchObject({ status: 'active', suspendedAt: null })
  expect(await shop.serversOf(id)).toMatchObject([{ suspended: false }])
  expect(await findings(id)).toEqual([])
})

test('the customer’s own right: within 48 hours, all the money, the server stopped at once; not a second time, nobody else’s', async () => {
  const by = await shop.person()
  const [id = ''] = await shop.deliver(1, { by })
  const stranger = { by: await shop.person(), orderId: id }
  await expect(takeMoneyBack(shop.world, stranger)).rejects.toMatchObject({ code: 'orders.unknown' })
  await takeMoneyBack(shop.world, { by, orderId: id })
  await shop.settle([id])
  expect(await shop.order(id)).toMatchObject({ status: 'canceled', deleteWantedAt: expect.any(Date) })
  expect(await refunded(id)).toBe(1000)
  expect(await shop.serversOf(id)).toMatchObject([{ suspended: true }])
  await expect(takeMoneyBack(shop.world, { by, orderId: id })).rejects.toMatchObject({ code: 'billing.no_money_back' })
  const [second = ''] = await shop.deliver(1, { by })
  await expect(takeMoneyBack(shop.world, { by, orderId: second })).rejects.toMatchObject({ code: 'billing.no_money_back' })
  const late = await shop.person()
  const [third = ''] = await shop.deliver(1, { by: late })
  await shop.advance(2 * DAY + HOUR, [third])
  await expect(takeMoneyBack(shop.world, { by: late, orderId: third })).rejects.toThrow(/48 hours/)
})
