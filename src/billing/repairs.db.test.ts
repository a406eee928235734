import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { type FindingKind, openFinding, repairFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { MINUTE } from '../kit/time.ts'
import { lockOrder, saveOrder } from '../orders/index.ts'
import type { Refund } from '../outside/stripe/types.ts'
import { billingRepairs, reconcileCheckout, reconcileOrderMoney } from './index.ts'

const shop = await sellingWorld()
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const signal = new AbortController().signal
type Till = typeof shop.stripe
const till = (change: Partial<Till>): typeof shop.world => ({ ...shop.world, stripe: { ...shop.stripe, ...change } })
/** The bank does not take it: Stripe says so at once. */
const refusesRefunds = till({
  refund: async (_call, { paymentIntentId, amountCents }): Promise<Refund> => ({
    ...{ id: `re_${paymentIntentId}`, paymentIntentId, amountCents },
    ...{ status: 'failed', wish: null, createdAt: shop.now() },
  }),
})

async function paid(): Promise<string> {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  return id
}
const cancelWithRefund = (id: string) =>
  shop.db.tx(async (tx) => {
    const why = { title: 'Canceled', by: 'test', at: shop.now() }
    await saveOrder(tx, await lockOrder(tx, id), { status: 'canceled', refundWanted: 'Could not be delivered' }, why)
  })
const open = (kind: string) => shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const find = (kind: FindingKind, subject: { type: string; id: string }, evidence = {}) =>
  shop.db.tx((tx) => openFinding(tx, { kind, severity: 'critical', subject, summary: 'S', remedy: 'R', evidence, at: shop.now() }))
const repair = async (kind: string, more: { dryRun?: boolean; world?: typeof shop.world } = {}) => {
  const [finding] = await open(kind)
  const { world = shop.world, dryRun = false } = more
  const ask = { id: finding?.id ?? '', by: BY, reason: 'looked into it', way: null, dryRun, requestId: null }
  return repairFinding(
    world,
    billingRepairs<typeof world>(async () => null),
    ask,
  )
}
const refunded = (id: string) => shop.db.q.selectFrom('payments').select('refunded_cents').where('order_id', '=', id).execute()

beforeEach(async () => {
  shop.faults.clear()
  await shop.freeAll()
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
})

test('a refund that did not go through is tried again when a person says so, and closed when the money is back', async () => {
  const id = await paid()
  await cancelWithRefund(id)
  await reconcileOrderMoney(refusesRefunds, id, signal)
  expect(await open('billing.refund_stuck')).toHaveLength(1)
  expect(await shop.row(id)).toMatchObject({ money_settled_at: expect.any(Date) })

  shop.db.wakes.length = 0
  expect((await repair('billing.refund_stuck', { dryRun: true })).did).toContain('its end and its refund')
  expect(shop.db.wakes).toEqual([])
  expect(await repair('billing.refund_stuck')).toMatchObject({ mended: false, finding: { status: 'open' } })
  expect(shop.db.wakes).toContainEqual({ topic: 'orders.changed', key: id })
  await reconcileOrderMoney(shop.world, id, signal)
  expect([await refunded(id), await open('billing.refund_stuck')]).toEqual([[{ refunded_cents: 599 }], []])
})

test('a failed refund is repeated where it was ours; one made in the dashboard is not', async () => {
  const id = await paid()
  await find('billing.refund_failed', { type: 'payment', id: 'pi_1' }, { order: id })
  await expect(repair('billing.refund_failed')).rejects.toMatchObject({ code: 'billing.not_repairable' })
  await cancelWithRefund(id)
  await saveSettled(id)
  await repair('billing.refund_failed')
  expect(await shop.row(id)).toMatchObject({ money_settled_at: null })
})
const saveSettled = (id: string) =>
  shop.db.tx(async (tx) => {
    await saveOrder(tx, await lockOrder(tx, id), { moneySettledAt: shop.now() }, { title: 'Settled', by: 'test', at: shop.now() })
  })

test('a checkout whose page is gone ends only where Stripe knows its customer and has no page of it', async () => {
  const { id } = await shop.open(await shop.customer())
  await shop.db.byHand(`update checkouts set stripe_session_id = 'cs_test_gone' where id = $1`, [id])
  await shop.clock.advance(40 * MINUTE)
  await reconcileCheckout(shop.world, id, signal)
  expect(await open('billing.session_gone')).toMatchObject([{ subject_id: id }])
  await expect(repair('billing.session_gone')).rejects.toMatchObject({ say: expect.stringContaining('another page of this checkout') })
  const empty = till({ sessionsOf: async () => [] })
  expect((await repair('billing.session_gone', { world: empty, dryRun: true })).did).toMatch(/^End the checkout and free its place/)
  expect(await shop.reservations()).toMatchObject([{ id }])
  shop.faults.add({ system: 'stripe', kind: 'down' })
  await expect(repair('billing.session_gone')).rejects.toMatchObject({ kind: 'unavailable' })
  shop.faults.clear()
  expect([await shop.reservations(), await open('billing.session_gone')]).toMatchObject([[{ id }], [{ subject_id: id }]])
  expect(await repair('billing.session_gone', { world: empty })).toMatchObject({ mended: true })
  expect([await shop.reservations(), await shop.checkout(id)]).toMatchObject([[], { state: 'expired' }])
})

test('a page that Stripe knows again closes its finding', async () => {
  const { id } = await shop.open(await shop.customer())
  await find('billing.session_gone', { type: 'checkout', id })
  await reconcileCheckout(shop.world, id, signal)
  expect(await open('billing.session_gone')).toEqual([])
})

test('a second payment that could not be given back is given back by a repair', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  const row = await shop.checkout(id)
  const customer = await shop.db.q.selectFrom('stripe_customers').selectAll().where('user_id', '=', by.id).executeTakeFirstOrThrow()
  const second = await shop.stripe.createSession(
    {},
    {
      ...{ orderId: id, customerId: customer.stripe_customer_id, priceId: row.stripe_price_id, expiresAt: row.session_expires_at },
      ...{
        successUrl: 'http://shop.test/a',
        cancelUrl: 'http://shop.test/b',
        delayedPayments: false,
        description: 'x',
        key: `second:${id}`,
      },
      bought: {
        userId: by.id,
        planId: 'mc-2',
        regionId: 'eu',
        term: 'monthly',
        serverName: 'x',
        termsAcceptedAt: row.terms_accepted_at,
        eulaAcceptedAt: null,
      },
    },
  )
  for (const session of [await shop.sessionId(id), second.id]) {
    shop.faults.add({ system: 'stripe', kind: 'error_before', match: 'POST /v1/refunds' })
    shop.sandbox.pay(session)
    await shop.settle()
  }
  expect(await open('orders.second_payment')).toMatchObject([{ evidence: { second: second.id } }])
  shop.faults.clear()
  expect((await repair('orders.second_payment', { dryRun: true })).did).toMatch(/^End the subscription sub_/)
  expect(await repair('orders.second_payment')).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  const session = await shop.stripe.session({}, second.id)
  const [payment] = await shop.stripe.paymentsOf({}, { subscriptionId: session?.subscriptionId ?? '' })
  expect(payment).toMatchObject({ amountCents: 599, refundedCents: 599 })
})

test('a subscription that was ended at Stripe: its server is kept at a person’s word, and undone only once', async () => {
  const id = await paid()
  await shop.stripe.cancelSubscription({}, (await shop.row(id))?.stripe_subscription_id ?? '')
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'canceled', suspended_reason: 'canceled', delete_wanted_at: expect.any(Date) })
  await repair('billing.subscription_ended')
  expect(await shop.row(id)).toMatchObject({ status: 'canceled', delete_wanted_at: null, refund_wanted: null })
  expect(await open('billing.subscription_ended')).toEqual([])
})
