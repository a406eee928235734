import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { reconcileOrderMoney } from '../billing/index.ts'
import type { Actor } from '../kit/actor.ts'
import { cancelOrder, dueOrders, lockOrder, orderById, retryOrder, saveOrder, settleHandChange } from './index.ts'

const shop = await sellingWorld()
const signal = new AbortController().signal
const operator: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }

/** A paid order, brought along these statuses. */
async function orderThat(...statuses: ('provisioning' | 'installing' | 'provisioned' | 'active' | 'error')[]) {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  for (const status of statuses)
    await set(id, { status, ...(status === 'provisioned' ? { pterodactylServerId: '7', pterodactylServerIdentifier: 'abc' } : {}) })
  return id
}
const set = (id: string, change: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => saveOrder(tx, await lockOrder(tx, id), change, { title: 'Set', by: 'test', at: shop.now() }))
const byHand = (id: string, status: string) => shop.db.byHand('update orders set status = $1 where id = $2', [status, id])

beforeEach(async () => {
  await shop.db.byHand('update findings set status = $1', ['resolved'])
  await shop.freeAll()
})

test('a step that the table does not know is refused, and nothing is written', async () => {
  const id = await orderThat('provisioning', 'installing', 'provisioned')
  await expect(set(id, { status: 'paid' })).rejects.toMatchObject({ code: 'orders.no_such_step', kind: 'bug' })
  expect(await shop.row(id)).toMatchObject({ status: 'provisioned' })
})

test('who read an older version writes nothing', async () => {
  const id = await orderThat()
  const old = (await orderById(shop.db.q, id))!
  await set(id, { status: 'provisioning' })
  const late = shop.db.tx((tx) => saveOrder(tx, old, { status: 'error' }, { title: 'Late', by: 'test', at: shop.now() }))
  await expect(late).rejects.toMatchObject({ code: 'orders.newer_version' })
  expect(await shop.row(id)).toMatchObject({ status: 'provisioning', version: 1 })
})

test('updated_at moves with the status, not with other columns, and not on the way to active', async () => {
  const id = await orderThat('provisioning', 'installing')
  await shop.clock.advance(60_000)
  const delivered = await set(id, { status: 'provisioned' })
  expect(delivered.updatedAt).toEqual(delivered.deliveredAt)
  await shop.clock.advance(60_000)
  expect(await set(id, { nodeId: 1 })).toMatchObject({ updatedAt: delivered.updatedAt })
  expect(await set(id, { status: 'active' })).toMatchObject({ updatedAt: delivered.updatedAt })
})

test.each(['paid', 'error'])('%s by hand tries an order again that has no server', async (status) => {
  const id = await orderThat('provisioning', ...(status === 'paid' ? (['error'] as const) : []))
  await byHand(id, status)
  expect(await dueOrders(shop.db.q, new Date(shop.now().getTime() + 1_000), 100)).toContain(id)
  expect(await settleHandChange(shop.world, id)).toBe('retry')
  expect(await shop.row(id)).toMatchObject({ status: 'paid', changed_by_hand: null, failure: null })
  expect(await settleHandChange(shop.world, id)).toBe('nothing')
})

test('paid by hand on a delivered order is put back, with a finding', async () => {
  const id = await orderThat('provisioning', 'installing', 'provisioned')
  await byHand(id, 'paid')
  expect(await settleHandChange(shop.world, id)).toBe('restore')
  expect(await shop.row(id)).toMatchObject({ status: 'provisioned', changed_by_hand: null })
  expect(await shop.findings()).toEqual(['orders.status_changed_by_hand'])
})

test("the runbook's cancel: subscription over at once, server suspended, deletion and refund asked, place kept", async () => {
  const id = await orderThat('provisioning', 'installing', 'provisioned')
  await byHand(id, 'canceled')
  expect(await reconcileOrderMoney(shop.world, id, signal)).toMatchObject({ kind: 'settled' })
  const order = await shop.row(id)
  expect(order).toMatchObject({
    status: 'canceled',
    suspended_reason: 'canceled',
    refund_wanted: null,
    delete_wanted_at: null,
    changed_by_hand: null,
  })
  expect(order?.canceled_at).toBeInstanceOf(Date)
  expect(order?.suspended_at).toBeInstanceOf(Date)
  expect(await shop.stripe.subscription({}, order!.stripe_subscription_id!)).toMatchObject({ status: 'canceled' })
  expect(await shop.reservations()).toMatchObject([{ id }])
  expect(await shop.findings()).toEqual(['orders.delete_server', 'orders.refund_payment'])
  const { n } = await shop.db.q
    .selectFrom('refunds')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('order_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(n).toBe(0)
  const mails = await shop.db.q.selectFrom('messages').select('template').where('dedupe_key', '=', `order:${id}:canceled`).execute()
  expect(mails).toEqual([{ template: 'canceled' }])
})

test('canceled stays canceled, also by hand', async () => {
  const id = await orderThat()
  await byHand(id, 'canceled')
  await settleHandChange(shop.world, id)
  await byHand(id, 'paid')
  expect(await settleHandChange(shop.world, id)).toBe('restore')
  expect(await shop.row(id)).toMatchObject({ status: 'canceled' })
})

test.each(['error', 'canceled'])(
  'set to %s by hand and canceled at the console before anybody followed up: it stays canceled',
  async (status) => {
    const id = await orderThat()
    await byHand(id, status)
    await cancelOrder(shop.world, { by: operator, orderId: id, reason: 'asked', refund: true, deleteServer: true })
    expect(await settleHandChange(shop.world, id)).toBe('over')
    expect(await shop.row(id)).toMatchObject({ status: 'canceled', refund_wanted: 'asked', changed_by_hand: null })
  },
)

test('set by hand twice before anybody followed up: what was true before the first is put back', async () => {
  const id = await orderThat('provisioning', 'installing')
  for (const status of ['error', 'active']) await byHand(id, status)
  expect(await settleHandChange(shop.world, id)).toBe('restore')
  expect(await shop.row(id)).toMatchObject({ status: 'installing', changed_by_hand: null })
})

test('DELETE of an order is refused', async () => {
  const id = await orderThat()
  await expect(shop.db.byHand('delete from orders where id = $1', [id])).rejects.toThrow(/never deleted/)
})

test('retry by an operator: audited, at once, and harmless twice', async () => {
  const id = await orderThat('provisioning')
  await set(id, {
    status: 'error',
    failure: { code: 'x.y', kind: 'invalid', cause: 'c', next: 'n', field: null, at: shop.now().toISOString() },
    failureCount: 3,
  })
  for (const _ of [1, 2]) await retryOrder(shop.world, { by: operator, orderId: id, reason: 'egg mended' })
  expect(await shop.row(id)).toMatchObject({ status: 'paid', failure: null, failure_count: 0 })
  const audit = await shop.db.q
    .selectFrom('audit_log')
    .select(['did', 'why'])
    .where('target_id', '=', id)
    .where('did', '=', 'orders.retry')
    .execute()
  expect(audit).toEqual([
    { did: 'orders.retry', why: 'egg mended' },
    { did: 'orders.retry', why: 'egg mended' },
  ])
})

test('what is delivered or canceled is not retried', async () => {
  const done = await orderThat('provisioning', 'installing', 'provisioned')
  await expect(retryOrder(shop.world, { by: operator, orderId: done })).rejects.toMatchObject({ code: 'orders.not_retryable', status: 409 })
  const over = await orderThat()
  await set(over, { status: 'canceled' })
  await expect(retryOrder(shop.world, { by: operator, orderId: over })).rejects.toMatchObject({ code: 'orders.not_retryable' })
})
