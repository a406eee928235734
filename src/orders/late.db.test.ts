import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { reconcileOrderMoney } from '../billing/index.ts'
import type { Actor } from '../kit/actor.ts'
import { HOUR, MINUTE } from '../kit/time.ts'
import { cancelOrder, lockOrder, saveOrder, tendLateOrders } from './index.ts'

const shop = await sellingWorld()
const signal = new AbortController().signal
const operator: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }
const mails = async (id: string) =>
  (
    await shop.db.q.selectFrom('messages').select('template').where('dedupe_key', 'like', `order:${id}:%`).orderBy('created_at').execute()
  ).map((mail) => mail.template)
async function paid() {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  return id
}
const set = (id: string, change: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => saveOrder(tx, await lockOrder(tx, id), change, { title: 'Set', by: 'test', at: shop.now() }))

beforeEach(async () => {
  await shop.freeAll()
  await shop.db.byHand(`update orders set status = 'canceled'`)
  await shop.db.byHand(`update findings set status = 'resolved'`)
})

test('paid and no server for a quarter of an hour: an operator and the customer are told, once', async () => {
  const id = await paid()
  await shop.advance(14 * MINUTE)
  expect(await tendLateOrders(shop.world)).toEqual({ late: 0, givenUp: 0 })
  await shop.advance(2 * MINUTE)
  expect(await tendLateOrders(shop.world)).toEqual({ late: 1, givenUp: 0 })
  expect(await tendLateOrders(shop.world)).toEqual({ late: 0, givenUp: 0 })
  expect(await shop.findings()).toEqual(['orders.late'])
  expect(await mails(id)).toEqual(['order_confirmed', 'trouble'])
})

test('delivered after all: the finding resolves by itself', async () => {
  const id = await paid()
  await shop.advance(16 * MINUTE)
  await tendLateOrders(shop.world)
  await set(id, { status: 'provisioned', pterodactylServerId: '4' })
  await tendLateOrders(shop.world)
  expect(await shop.findings()).toEqual([])
})

test('not delivered in a day: canceled, refunded, to be deleted, the customer told; nobody clicked', async () => {
  const id = await paid()
  await set(id, { status: 'provisioning' })
  await shop.advance(24 * HOUR + MINUTE)
  expect(await tendLateOrders(shop.world)).toEqual({ late: 0, givenUp: 1 })
  expect(await shop.row(id)).toMatchObject({ status: 'canceled', refund_wanted: expect.stringContaining('could not be delivered') })
  expect((await shop.row(id))?.delete_wanted_at).toBeInstanceOf(Date)
  await reconcileOrderMoney(shop.world, id, signal)
  expect(await mails(id)).toContain('refunded')
  expect(await tendLateOrders(shop.world)).toEqual({ late: 0, givenUp: 0 })
})

test('an operator cancels: refund and deletion only as asked, and later if asked later', async () => {
  const id = await paid()
  await set(id, { status: 'provisioned', pterodactylServerId: '4' })
  const ask = { by: operator, orderId: id, reason: 'The customer asked' }
  await cancelOrder(shop.world, { ...ask, refund: false, deleteServer: false })
  expect(await shop.row(id)).toMatchObject({
    status: 'canceled',
    refund_wanted: null,
    delete_wanted_at: null,
    suspended_reason: 'canceled',
  })
  await cancelOrder(shop.world, { ...ask, refund: true, deleteServer: true })
  expect(await shop.row(id)).toMatchObject({ refund_wanted: 'The customer asked' })
  await reconcileOrderMoney(shop.world, id, signal)
  const refunds = await shop.db.q.selectFrom('refunds').select('amount_cents').where('order_id', '=', id).execute()
  expect(refunds).toEqual([{ amount_cents: 599 }])
  const audit = await shop.db.q
    .selectFrom('audit_log')
    .select('did')
    .where('target_id', '=', id)
    .where('did', '=', 'orders.cancel')
    .execute()
  expect(audit).toHaveLength(2)
})

test('heard of a day late: tried for an hour before it is given up', async () => {
  const id = await paid()
  await shop.advance(25 * HOUR)
  await shop.db.byHand('update orders set recorded_at = $1 where id = $2', [shop.now(), id])
  expect(await tendLateOrders(shop.world)).toEqual({ late: 1, givenUp: 0 })
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  await shop.advance(61 * MINUTE)
  expect(await tendLateOrders(shop.world)).toEqual({ late: 0, givenUp: 1 })
})
