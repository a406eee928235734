import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { type FindingKind, openFinding, repairFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { lockOrder, orderRepairs, saveOrder } from './index.ts'

const shop = await sellingWorld()
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }

async function paid(change: Parameters<typeof saveOrder>[2] = {}): Promise<string> {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  await set(id, change)
  return id
}
const set = (id: string, change: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => {
    await saveOrder(tx, await lockOrder(tx, id), change, { title: 'Set', by: 'test', at: shop.now() })
  })
const find = (kind: FindingKind, id: string, type = 'order') =>
  shop.db.tx((tx) => openFinding(tx, { kind, severity: 'critical', subject: { type, id }, summary: 'S', remedy: 'R', at: shop.now() }))
const repair = async (kind: FindingKind, id: string, more: { way?: string; dryRun?: boolean; type?: string } = {}) => {
  const { id: finding } = await find(kind, id, more.type)
  const ask = {
    id: finding,
    by: BY,
    reason: 'asked for by the customer',
    way: more.way ?? null,
    dryRun: more.dryRun ?? false,
    requestId: 'r1',
  }
  return repairFinding(shop.world, orderRepairs, ask)
}
const FAILURE = { code: 'x', kind: 'invalid', cause: 'A cause.', next: 'n', field: null, at: '2026-03-01T12:00:00Z' } as const

beforeEach(async () => {
  await shop.freeAll()
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
})

test.each(['orders.late', 'orders.paid_without_room'] as const)('%s: tried again, or ended with the money back', async (kind) => {
  const id = await paid({ status: 'error', failure: FAILURE })
  await expect(repair(kind, id)).rejects.toMatchObject({ code: 'findings.no_such_way' })
  expect((await repair(kind, id, { way: 'retry', dryRun: true })).did).toContain('it is error: A cause.')
  expect((await repair(kind, id, { way: 'refund', dryRun: true })).did).toBe(
    'End the order and its subscription, suspend its server. Give back every payment that Stripe has of it. Delete its server, if it stands.',
  )
  expect(await shop.row(id)).toMatchObject({ status: 'error', refund_wanted: null })
  expect(await repair(kind, id, { way: 'retry' })).toMatchObject({ mended: false, finding: { status: 'open' } })
  expect(await shop.row(id)).toMatchObject({ status: 'paid', failure: null })
  expect(await repair(kind, id, { way: 'refund' })).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  expect(await shop.row(id)).toMatchObject({
    status: 'canceled',
    refund_wanted: 'asked for by the customer',
    delete_wanted_at: expect.any(Date),
  })
  await expect(repair(kind, id, { way: 'retry' })).rejects.toMatchObject({ code: 'orders.not_retryable' })
})

test('paid too little: delivered for it, when a person says so', async () => {
  const id = await paid({ status: 'error', failure: FAILURE })
  await repair('orders.amount_differs', id, { way: 'deliver' })
  expect(await shop.row(id)).toMatchObject({ status: 'paid', failure: null })
})

test('canceled in SQL: the server is deleted and the money goes back only as asked, each by its own', async () => {
  const id = await paid({ status: 'canceled' })
  await repair('orders.delete_server', id)
  expect(await shop.row(id)).toMatchObject({ refund_wanted: null, delete_wanted_at: expect.any(Date) })
  await repair('orders.refund_payment', id)
  expect(await shop.row(id)).toMatchObject({ refund_wanted: 'asked for by the customer', money_settled_at: null })
  expect(await shop.findings()).toEqual([])
})

test('a plan that Stripe refuses to sell: all its prices are asked for again, and made where they are missing', async () => {
  await shop.db.byHand(`update plan_prices set stripe_price_id = 'price_of_another_account' where plan_id = 'mc-2'`)
  const told = await repair('orders.payment_page_refused', 'mc-2', { type: 'plan', dryRun: true })
  expect(told.did).toContain('every price of the plan mc-2')
  expect(await repair('orders.payment_page_refused', 'mc-2', { type: 'plan' })).toMatchObject({
    mended: true,
    did: 'Prices of the plan mc-2 that Stripe has now: 1.',
  })
  const { id } = await shop.open(await shop.customer())
  expect(await shop.checkout(id)).toMatchObject({ state: 'open' })
})
