import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import type { Actor } from '../kit/actor.ts'
import { changePlan, lockOrder, orderById, saveOrder } from '../orders/index.ts'
import { ordersToPrice, reconcileOrderMoney } from './index.ts'

const shop = await sellingWorld()
const signal = new AbortController().signal
const operator: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }
const priceOf = (planId: string, amountCents: number) =>
  shop.stripe.ensurePrice({}, { planId, planName: planId, term: 'monthly', months: 1, amountCents, currency: 'usd' })
const LARGE = await priceOf('mc-4', 1199)
const SMALL = await priceOf('mc-1', 299)
await shop.db.byHand(`
  insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('mc-4', 'mc-paper', '4 GB', 4, 2, 20), ('mc-1', 'mc-paper', '1 GB', 1, 1, 5);
  insert into plan_prices values ('mc-4', 'monthly', 'usd', 1199, '${LARGE.priceId}'), ('mc-1', 'monthly', 'usd', 299, '${SMALL.priceId}')`)

const set = (id: string, change: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => saveOrder(tx, await lockOrder(tx, id), change, { title: 'Set', by: 'test', at: shop.now() }))
async function delivered(): Promise<string> {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  for (const status of ['provisioning', 'installing', 'provisioned'] as const) await set(id, { status })
  shop.calls.length = 0
  return id
}
const change = (id: string, planId: string) => changePlan(shop.world, { by: operator, orderId: id, planId, reason: 'asked for' })
/** What the servers room says once the panel has the limits. */
async function resized(id: string): Promise<void> {
  const { planChange } = (await orderById(shop.db.q, id))!
  await set(id, { planChange: planChange && { ...planChange, resizedAt: shop.now() } })
}
const changed = async (id: string, planId: string) => {
  await change(id, planId)
  await resized(id)
}
const money = (id: string) => reconcileOrderMoney(shop.world, id, signal)
const subscription = async (id: string) => (await shop.stripe.subscription({}, (await shop.row(id))!.stripe_subscription_id!))!
const charged = async (id: string) => (await subscription(id)).items.map((item) => item.priceId)
const updates = () => shop.calls.filter((call) => call.method === 'POST' && call.path.startsWith('/v1/subscriptions/')).length

beforeEach(async () => {
  shop.faults.clear()
  await shop.freeAll()
  await shop.db.byHand('update findings set status = $1', ['resolved'])
})

test('the price follows once the panel has the limits, and not before', async () => {
  const id = await delivered()
  const [before] = await charged(id)
  await change(id, 'mc-4')
  shop.calls.length = 0
  await money(id)
  expect(shop.calls).toEqual([])
  expect(await ordersToPrice(shop.db.q, 10)).toEqual([])
  await resized(id)
  expect(await ordersToPrice(shop.db.q, 10)).toEqual([id])
  expect(await money(id)).toMatchObject({ kind: 'settled' })
  expect(before).not.toBe(LARGE.priceId)
  expect(await charged(id)).toEqual([LARGE.priceId])
  expect(await shop.row(id)).toMatchObject({ plan_id: 'mc-4', amount_cents: 1199, plan_change: { n: 1, priced_at: expect.any(String) } })
  expect(await ordersToPrice(shop.db.q, 10)).toEqual([])
  await shop.settle()
  expect(await shop.findings()).toEqual([])
})

test('the running period is evened out on the next invoice, and nothing is charged at once', async () => {
  const id = await delivered()
  const paid = () => shop.db.q.selectFrom('payments').select('amount_cents').where('order_id', '=', id).orderBy('paid_at').execute()
  await shop.clock.advance(15 * 86_400_000)
  await changed(id, 'mc-4')
  await money(id)
  await shop.settle()
  expect(await paid()).toHaveLength(1)
  await shop.advance(20 * 86_400_000)
  await shop.advance(3_600_000)
  const [, second] = await paid()
  expect(second?.amount_cents).toBeGreaterThan(1199 + 200)
  expect(second?.amount_cents).toBeLessThan(1199 + 400)
})

test('what Stripe keeps with the subscription names the new plan, and all else as before', async () => {
  const id = await delivered()
  const kept = async () => {
    const { id: subscriptionId } = await subscription(id)
    const headers = { authorization: `Bearer ${shop.sandbox.secretKey}` }
    const answer = await fetch(`${shop.sandbox.url}/v1/subscriptions/${subscriptionId}`, { headers })
    return ((await answer.json()) as { metadata: Record<string, string> }).metadata
  }
  const before = await kept()
  await changed(id, 'mc-4')
  await money(id)
  expect(before).toMatchObject({ app: 'givrwrld', order_id: id, plan_id: expect.not.toBeOneOf(['mc-4']) })
  expect(await kept()).toEqual({ ...before, plan_id: 'mc-4' })
})

test('run twice, and by two at once: one new price, one proration', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  await Promise.all([money(id), money(id)])
  await money(id)
  expect(new Set(await charged(id))).toEqual(new Set([LARGE.priceId]))
  shop.calls.length = 0
  await money(id)
  expect(shop.calls).toEqual([])
})

test('Stripe gone before or after the deed: asked again, and not charged twice', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  shop.faults.add({ system: 'stripe', kind: 'down', match: 'POST /v1/subscriptions/' })
  expect(await money(id)).toMatchObject({ kind: 'retry', failure: { code: 'stripe.unreachable' } })
  shop.faults.clear()
  expect(await shop.row(id)).toMatchObject({ plan_change: { priced_at: null, tries: 0 } })
  // Done, and killed before it was saved.
  const { items, id: subscriptionId } = await subscription(id)
  await shop.stripe.changePrice(
    {},
    { subscriptionId, itemId: items[0]!.id, priceId: LARGE.priceId, planId: 'mc-4', key: `order:${id}:plan:1` },
  )
  shop.calls.length = 0
  expect(await money(id)).toMatchObject({ kind: 'settled' })
  expect(updates()).toBe(0)
  expect(await shop.row(id)).toMatchObject({ plan_change: { priced_at: expect.any(String) } })
})

test('an error that Stripe keeps under a key: the next try has another', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  shop.faults.add({ system: 'stripe', kind: 'error_before', match: 'POST /v1/subscriptions/', status: 500, times: 1 })
  expect(await money(id)).toMatchObject({ kind: 'retry', failure: { code: 'stripe.error' } })
  expect(await shop.row(id)).toMatchObject({ plan_change: { tries: 1 } })
  await money(id)
  expect(await charged(id)).toEqual([LARGE.priceId])
})

test('a subscription that is over is left alone', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  const { id: subscriptionId } = await subscription(id)
  await shop.stripe.cancelSubscription({}, subscriptionId)
  shop.calls.length = 0
  expect(await money(id)).toMatchObject({ kind: 'settled' })
  expect(updates()).toBe(0)
  expect(await shop.row(id)).toMatchObject({ amount_cents: 599, plan_change: { priced_at: expect.any(String) } })
})

test('an order that was canceled meanwhile gets no new price', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  await set(id, { status: 'canceled' })
  await money(id)
  expect(updates()).toBe(0)
  expect(await subscription(id)).toMatchObject({ status: 'canceled' })
  expect(await ordersToPrice(shop.db.q, 10)).toEqual([])
})

test('changed again while Stripe answers: the last plan’s price stands in the end', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  const changePrice: typeof shop.stripe.changePrice = async (...ask) => {
    // Another worker takes in a newer change, and sees at Stripe the price that it wants, before this call is done.
    await changed(id, 'mc-1')
    await reconcileOrderMoney(shop.world, id, signal)
    return shop.stripe.changePrice(...ask)
  }
  await reconcileOrderMoney({ ...shop.world, stripe: { ...shop.stripe, changePrice } }, id, signal)
  expect(await charged(id)).toEqual([LARGE.priceId])
  expect(await ordersToPrice(shop.db.q, 10)).toEqual([id])
  await money(id)
  expect(await charged(id)).toEqual([SMALL.priceId])
  expect(await shop.row(id)).toMatchObject({ plan_id: 'mc-1', amount_cents: 299, plan_change: { n: 2, priced_at: expect.any(String) } })
  await shop.settle()
  expect(await shop.findings()).toEqual([])
})

test('taken back before the panel followed: Stripe never hears of it', async () => {
  const id = await delivered()
  await change(id, 'mc-4')
  await changed(id, 'mc-2')
  shop.calls.length = 0
  await money(id)
  expect(shop.calls).toEqual([])
  expect(await shop.row(id)).toMatchObject({
    plan_id: 'mc-2',
    amount_cents: 599,
    plan_change: { n: 2, price: null, priced_at: expect.any(String) },
  })
})

test('a subscription with more than one item is a person’s', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  const only = shop.stripe.subscription
  const twice: typeof only = async (...ask) => {
    const found = await only(...ask)
    return found && { ...found, items: [...found.items, { id: 'si_other', priceId: 'price_other' }] }
  }
  const world = { ...shop.world, stripe: { ...shop.stripe, subscription: twice } }
  expect(await reconcileOrderMoney(world, id, signal)).toMatchObject({ kind: 'stuck', failure: { code: 'billing.several_items' } })
  expect(await shop.findings()).toEqual(['billing.price_stuck'])
  await money(id)
  expect(await shop.findings()).toEqual([])
})

test('a price that somebody sets in the dashboard afterwards is named and left, and closed when it is right again', async () => {
  const id = await delivered()
  await changed(id, 'mc-4')
  await money(id)
  const { items, id: subscriptionId } = await subscription(id)
  const byHand = (priceId: string) =>
    shop.stripe.changePrice({}, { subscriptionId, itemId: items[0]!.id, priceId, planId: 'mc-4', key: `by-hand:${id}:${priceId}` })
  await byHand(SMALL.priceId)
  await shop.settle()
  expect(await shop.findings()).toEqual(['billing.price_differs'])
  await money(id)
  expect(await charged(id)).toEqual([SMALL.priceId])
  await byHand(LARGE.priceId)
  await shop.settle()
  expect(await shop.findings()).toEqual([])
})
