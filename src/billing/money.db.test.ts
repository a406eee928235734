import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { lockOrder, saveOrder } from '../orders/index.ts'
import { ordersOwing, reconcileOrderMoney } from './index.ts'

const shop = await sellingWorld()
const signal = new AbortController().signal
const since = new Date(0)

async function paidOrder(card?: string): Promise<string> {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id), card)
  await shop.settle()
  return id
}
const cancel = (id: string, refundWanted: string | null) =>
  shop.db.tx(async (tx) => {
    const order = await lockOrder(tx, id)
    await saveOrder(tx, order, { status: 'canceled', refundWanted }, { title: 'Canceled', by: 'test', at: shop.now() })
  })
const refunds = (id: string) =>
  shop.db.q.selectFrom('refunds').select(['amount_cents', 'status', 'reason']).where('order_id', '=', id).execute()
const calls = () => shop.calls.map((call) => `${call.method} ${call.path.replace(/\/[a-z]+_\w+/, '/:id')}`)

beforeEach(async () => {
  shop.faults.clear()
  shop.calls.length = 0
  await shop.freeAll()
  await shop.db.byHand('update findings set status = $1', ['resolved'])
})

test('a healthy order costs Stripe no call', async () => {
  const id = await paidOrder()
  shop.calls.length = 0
  expect(await reconcileOrderMoney(shop.world, id, signal)).toEqual({ kind: 'settled', lookAgainMs: null })
  expect(shop.calls).toEqual([])
})

test('refund wanted: subscription ended, every payment given back once, the customer told once', async () => {
  const id = await paidOrder()
  await cancel(id, 'Could not be delivered')
  expect(await ordersOwing(shop.db.q, since, 10)).toEqual([id])
  await reconcileOrderMoney(shop.world, id, signal)
  await reconcileOrderMoney(shop.world, id, signal)
  await shop.settle()
  expect(await refunds(id)).toEqual([{ amount_cents: 599, status: 'succeeded', reason: 'Could not be delivered' }])
  expect(calls().filter((call) => call === 'POST /v1/refunds')).toHaveLength(1)
  const mails = await shop.db.q.selectFrom('messages').select('props').where('dedupe_key', '=', `order:${id}:refunded`).execute()
  expect(mails).toMatchObject([{ props: { amountCents: 599, reason: 'Could not be delivered' } }])
  expect(await ordersOwing(shop.db.q, since, 10)).toEqual([])
  expect(await shop.db.q.selectFrom('subscriptions').select('status').where('order_id', '=', id).execute()).toEqual([
    { status: 'canceled' },
  ])
})

test('every month that was paid goes back', async () => {
  const id = await paidOrder()
  await shop.advance(32 * 86_400_000)
  await shop.advance(3_600_000)
  await cancel(id, 'Could not be delivered')
  await reconcileOrderMoney(shop.world, id, signal)
  expect(await refunds(id)).toHaveLength(2)
})

test('Stripe gone in the middle: nothing is refunded twice, everything in the end', async () => {
  const id = await paidOrder()
  await cancel(id, 'Could not be delivered')
  shop.faults.add({ system: 'stripe', kind: 'down', match: '/v1/refunds' })
  expect(await reconcileOrderMoney(shop.world, id, signal)).toMatchObject({ kind: 'retry', failure: { code: 'stripe.unreachable' } })
  expect(await refunds(id)).toEqual([])
  shop.faults.clear()
  await reconcileOrderMoney(shop.world, id, signal)
  expect(await refunds(id)).toHaveLength(1)
})

test('what somebody refunded in the dashboard is not refunded again', async () => {
  const id = await paidOrder()
  const order = await shop.row(id)
  const [payment] = await shop.stripe.paymentsOf({}, { subscriptionId: order!.stripe_subscription_id! })
  await shop.stripe.refund(
    {},
    { paymentIntentId: payment!.paymentIntentId, amountCents: 599, reason: 'by hand', orderId: id, key: `by-hand-${id}` },
  )
  await shop.settle()
  expect(await shop.db.q.selectFrom('payments').select('refunded_cents').where('order_id', '=', id).execute()).toEqual([
    { refunded_cents: 599 },
  ])
  await cancel(id, 'Customer asked')
  shop.calls.length = 0
  await reconcileOrderMoney(shop.world, id, signal)
  expect(calls()).not.toContain('POST /v1/refunds')
})

test('a subscription that ends at Stripe before delivery: the order is canceled, and a person asked about the money', async () => {
  const id = await paidOrder()
  const order = await shop.row(id)
  await shop.stripe.cancelSubscription({}, order!.stripe_subscription_id!)
  await shop.settle()
  expect(await shop.findings()).toEqual(['billing.subscription_ended', 'orders.refund_payment'])
  expect(await shop.row(id)).toMatchObject({ status: 'canceled', suspended_reason: 'canceled' })
  const mails = await shop.db.q.selectFrom('messages').select('template').where('dedupe_key', '=', `order:${id}:canceled`).execute()
  expect(mails).toEqual([{ template: 'canceled' }])
})

test('a second paid session of one checkout goes back, and the first order stays', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  const first = await shop.sessionId(id)
  const customer = await shop.db.q.selectFrom('stripe_customers').selectAll().where('user_id', '=', by.id).executeTakeFirstOrThrow()
  const row = await shop.checkout(id)
  const second = await shop.stripe.createSession(
    {},
    {
      orderId: id,
      customerId: customer.stripe_customer_id,
      priceId: row.stripe_price_id,
      expiresAt: row.session_expires_at,
      successUrl: 'http://shop.test/a',
      cancelUrl: 'http://shop.test/b',
      delayedPayments: false,
      description: 'x',
      bought: {
        userId: by.id,
        planId: 'mc-2',
        regionId: 'eu',
        term: 'monthly',
        serverName: 'x',
        termsAcceptedAt: since,
        eulaAcceptedAt: null,
      },
      key: `second:${id}`,
    },
  )
  shop.sandbox.pay(first)
  await shop.settle()
  shop.sandbox.pay(second.id)
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid', stripe_session_id: first })
  const paidTwice = await shop.stripe.session({}, second.id)
  expect(await shop.stripe.subscription({}, paidTwice!.subscriptionId!)).toMatchObject({ status: 'canceled' })
  expect(await refunds(id)).toMatchObject([{ amount_cents: 599, reason: 'Paid twice' }])
  expect(await shop.findings()).toEqual([])
})
