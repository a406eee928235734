import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { releaseReservation, setNode, syncFleet } from '../../fleet/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { HOUR, MINUTE } from '../../kit/time.ts'
import { dueOrders } from '../../orders/index.ts'
import type { Panel } from '../../outside/panel/types.ts'
import { wakeWaitingForCapacity } from './wake-due.ts'

const shop = await panelWorld()
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const set = (nodeId: number, change: { enabled?: boolean; reservedHeadroomGb?: number }) =>
  setNode(shop, { by: BY, nodeId, reason: 'test', ...change })

/** A paid order without a place, while no node has room. */
async function waiting(): Promise<string> {
  const id = await shop.paidOrder()
  await shop.db.tx((tx) => releaseReservation(tx, id))
  await fill()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'fleet.no_capacity' } })
  shop.db.wakes.length = 0
  shop.calls.length = 0
  return id
}
async function fill(): Promise<void> {
  for (const nodeId of [1, 2]) await set(nodeId, { enabled: false, reservedHeadroomGb: 0 })
}
/** What doors/worker does with the topic. */
async function wakes(): Promise<string[]> {
  const regions = shop.db.wakes.filter((one) => one.topic === 'fleet.capacity').map((one) => one.key)
  shop.db.wakes.length = 0
  for (const region of new Set(regions)) await wakeWaitingForCapacity(shop, region)
  return shop.db.wakes.filter((one) => one.topic === 'orders.changed').map((one) => one.key)
}
async function expectDelivered(id: string): Promise<void> {
  expect(await wakes()).toContain(id)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'installing', failure: null })
}

beforeEach(async () => {
  await shop.db.byHand(
    `update orders set status = 'canceled', canceled_at = now(), next_check_at = null where status in ('paid', 'installing')`,
  )
  await shop.db.byHand('update orders set changed_by_hand = null, next_check_at = null')
  for (const nodeId of [1, 2]) await set(nodeId, { enabled: true, reservedHeadroomGb: 0 })
})

test('without room nothing is asked and nothing is tried for an hour, and then once', async () => {
  const id = await waiting()
  const before = await shop.order(id)
  for (let passed = 0; passed < HOUR; passed += 10 * MINUTE) {
    expect(await dueOrders(shop.db.q, shop.now(), 10)).toEqual([])
    expect(await shop.order(id)).toMatchObject({ failureCount: before.failureCount, version: before.version })
    await shop.clock.advance(10 * MINUTE)
  }
  expect(shop.calls).toEqual([])
  expect(await dueOrders(shop.db.q, shop.now(), 10)).toEqual([id])
  await shop.reconcile(id)
  expect(shop.calls).toEqual([])
  expect(await dueOrders(shop.db.q, new Date(shop.now().getTime() + HOUR - MINUTE), 10)).toEqual([])
  expect(await shop.openFindings()).toContain('servers.no_room')
})

test('a node that is enabled wakes it', async () => {
  const id = await waiting()
  await set(2, { enabled: true })
  await expectDelivered(id)
})

test('less headroom wakes it', async () => {
  const id = await waiting()
  await set(1, { reservedHeadroomGb: 1024 })
  await set(1, { enabled: true })
  expect(await wakes()).toContain(id)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'paid' })
  shop.db.wakes.length = 0
  await set(1, { reservedHeadroomGb: 900 })
  await expectDelivered(id)
})

test('a reservation that is released wakes it', async () => {
  const other = await shop.paidOrder()
  const id = await waiting()
  const { nodeId } = await shop.order(other)
  const { free_ram_mb: free } = await shop.db.q
    .selectFrom('ptero_nodes')
    .select('free_ram_mb')
    .where('id', '=', nodeId ?? 0)
    .executeTakeFirstOrThrow()
  await set(nodeId ?? 0, { enabled: true, reservedHeadroomGb: Math.floor(free / 1024) })
  await wakes()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'paid' })
  shop.db.wakes.length = 0
  await shop.db.tx((tx) => releaseReservation(tx, other))
  await expectDelivered(id)
})

const sync = (change: Partial<Panel>) => syncFleet({ ...shop, panel: { ...shop.panel, ...change } })

test.each<[string, () => Partial<Panel>]>([
  [
    'the end of its maintenance',
    () => ({ nodes: async (call) => (await shop.panel.nodes(call)).map((node) => ({ ...node, maintenance: true })) }),
  ],
  ['more memory', () => ({ nodes: async (call) => (await shop.panel.nodes(call)).map((node) => ({ ...node, memoryMb: 1024 })) })],
  [
    'an allocation that is added',
    () => ({
      allocations: async (call, nodeId) => (await shop.panel.allocations(call, nodeId)).map((one) => ({ ...one, assigned: true })),
    }),
  ],
])('what a sync finds wakes it: %s', async (_what, before) => {
  const id = await waiting()
  await sync(before())
  await set(2, { enabled: true })
  await wakes()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'fleet.no_capacity' } })
  shop.db.wakes.length = 0
  await sync(before())
  expect(await wakes()).toEqual([])
  await sync({})
  await expectDelivered(id)
})

test('however many wait, all are woken, the oldest first', async () => {
  const id = await waiting()
  await shop.db.byHand(
    `insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid()::text, 'stripe_session_id', n::text,
       'stripe_subscription_id', n::text, 'created_at', o.created_at + n * interval '1 second'))).*
     from orders o, generate_series(1, 450) n where o.id = $1`,
    [id],
  )
  const rows = await shop.db.q.selectFrom('orders').select('id').where('status', '=', 'paid').orderBy('created_at').execute()
  await wakeWaitingForCapacity(shop, 'fra')
  expect(shop.db.wakes.map((one) => one.key)).toEqual(rows.map((row) => row.id))
  expect(rows).toHaveLength(451)
})
