import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { repairFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { MINUTE } from '../kit/time.ts'
import { lockOrder, saveOrder } from '../orders/index.ts'
import { billingRepairs, drainInbox, reconcileCheckout, reconcileOrderMoney } from './index.ts'

const shop = await sellingWorld()
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const signal = new AbortController().signal
const broken = (...ids: string[]): typeof shop.world => ({
  ...shop.world,
  stripe: {
    ...shop.stripe,
    session: async (call, id) => {
      if (ids.includes(id)) throw new TypeError(`cannot read ${id}\u0000`)
      return shop.stripe.session(call, id)
    },
    cancelSubscription: async (call, id) => {
      if (ids.includes(id)) throw new TypeError('cannot end it')
      return shop.stripe.cancelSubscription(call, id)
    },
  },
})
const event = (id: string) => shop.db.q.selectFrom('stripe_events').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const open = (kind: string) => shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const repair = async (world: typeof shop.world, kind: string, dryRun = false) => {
  const [finding] = await open(kind)
  const ask = { id: finding?.id ?? '', by: BY, reason: 'mended', way: null, dryRun, requestId: null }
  return repairFinding(
    world,
    billingRepairs<typeof world>(async () => null),
    ask,
  )
}

beforeEach(async () => {
  await shop.freeAll()
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
})

test('an event that always throws backs off, is named after eight tries, and holds up nobody; a repair tries it at once', async () => {
  const { id } = await shop.open(await shop.customer())
  const sessionId = await shop.sessionId(id)
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  shop.sandbox.pay(sessionId)
  await shop.settle()
  shop.faults.clear()
  const payload = JSON.stringify({ data: { object: { id: sessionId } } })
  const due = (eventId: string) =>
    shop.db.byHand(
      `insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at, brought_by)
       values ($1, 'checkout.session.completed', $2, $2, $3, $2, 'webhook')`,
      [eventId, shop.now(), payload],
    )
  await due('evt_poison')
  const world = broken(sessionId)
  const waits: number[] = []
  for (let n = 1; n <= 8; n += 1) {
    expect(await drainInbox(world, 50)).toBe(1)
    expect(await drainInbox(world, 50)).toBe(0)
    const row = await event('evt_poison')
    expect(row).toMatchObject({ attempts: n, processed_at: null, last_error: `cannot read ${sessionId}` })
    waits.push(row.next_attempt_at.getTime() - shop.now().getTime())
    expect(await open('billing.event_stuck')).toHaveLength(n < 8 ? 0 : 1)
    await shop.clock.advance(waits.at(-1) ?? 0)
  }
  expect(waits.every((ms, n) => ms >= 2 ** n * 1_000 && ms <= 10 * MINUTE)).toBe(true)

  const other = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(other.id))
  await shop.sandbox.settle()
  while ((await drainInbox(world, 1)) > 0);
  expect(await shop.row(other.id)).toMatchObject({ status: 'paid' })

  expect((await event('evt_poison')).next_attempt_at.getTime()).toBeGreaterThan(shop.now().getTime())
  expect((await repair(world, 'billing.event_stuck', true)).did).toBe('Handle the event evt_poison again within seconds.')
  expect(await drainInbox(world, 50)).toBe(0)
  await repair(shop.world, 'billing.event_stuck')
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  expect(await open('billing.event_stuck')).toEqual([])
})

test('a checkout that our own fault keeps from being looked at is not due again at once, and the loop hears of it', async () => {
  const { id } = await shop.open(await shop.customer())
  await shop.clock.advance(40 * MINUTE)
  await expect(reconcileCheckout(broken(await shop.sessionId(id)), id, signal)).rejects.toThrow('cannot read')
  expect((await shop.checkout(id)).next_check_at?.getTime()).toBeGreaterThan(shop.now().getTime())
  expect(await shop.reservations()).toMatchObject([{ id }])
})

test('an order whose money our own fault keeps from being settled: the loop hears of it, and nothing is marked as settled', async () => {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  await shop.db.tx(async (tx) => {
    const title = { title: 'Canceled', by: 'test', at: shop.now() }
    await saveOrder(tx, await lockOrder(tx, id), { status: 'canceled', refundWanted: 'test' }, title)
  })
  const order = await shop.row(id)
  await expect(reconcileOrderMoney(broken(order?.stripe_subscription_id ?? ''), id, signal)).rejects.toThrow('cannot end it')
  expect(await shop.row(id)).toMatchObject({ money_settled_at: null })
  await reconcileOrderMoney(shop.world, id, signal)
  expect((await shop.row(id))?.money_settled_at).not.toBeNull()
})
