import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { DAY, MINUTE } from '../kit/time.ts'

const shop = await panelWorld()
const SERVERS = 'POST /api/application/servers'
const made = () => shop.calls.filter((call) => `${call.method} ${call.path}` === SERVERS).length
beforeEach(() => {
  shop.noFaults()
  shop.calls.length = 0
})

test('a paid order of a new customer becomes a running server in two calls and the watch’s share', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'installing', failure: null })
  expect(shop.calls.map((call) => `${call.method} ${call.path}`)).toEqual(['POST /api/application/users', SERVERS])

  await shop.pass(MINUTE, [id])
  const order = await shop.order(id)
  expect(order).toMatchObject({ status: 'provisioned', failureCount: 0 })
  expect(order.deliveredAt).not.toBeNull()
  const [server, ...others] = await shop.serversOf(id)
  expect(others).toEqual([])
  expect(server).toMatchObject({
    name: 'Castle',
    limits: { memory: 4096, disk: 10_240, cpu: 200 },
    featureLimits: { allocations: 2, databases: 1, backups: 1 },
    environment: { SERVER_JARFILE: 'server.jar', MINECRAFT_VERSION: 'latest' },
  })
  expect(order.pterodactylServerId).toBe(String(server?.id))
  expect(order.pterodactylServerIdentifier).toBe(server?.identifier)
  expect(await shop.mails(id)).toEqual(['order_confirmed', 'server_ready'])
})

test('a second order of the same customer takes one call', async () => {
  const user = await shop.customer()
  await shop.reconcile(await shop.paidOrder(user))
  shop.calls.length = 0
  await shop.reconcile(await shop.paidOrder(user))
  expect(shop.calls.map((call) => `${call.method} ${call.path}`)).toEqual([SERVERS])
})

test('reconciling again and again changes nothing and costs no call', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  shop.calls.length = 0
  const before = await shop.order(id)
  for (let i = 0; i < 5; i += 1) await shop.reconcile(id)
  expect(await shop.order(id)).toEqual(before)
  expect(shop.calls).toEqual([])
})

test('two workers at once make one server', async () => {
  const id = await shop.paidOrder()
  await Promise.all([shop.reconcile(id), shop.reconcile(id), shop.reconcile(id)])
  await shop.pass(2 * MINUTE, [id])
  expect(await shop.serversOf(id)).toHaveLength(1)
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned' })
})

test('a day after delivery it is active, without moving updated_at', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  const { updatedAt } = await shop.order(id)
  await shop.clock.advance(DAY)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'active', updatedAt, nextCheckAt: null })
})

test('a node disabled between payment and create: the order moves within the region', async () => {
  const id = await shop.paidOrder()
  const held = (await shop.order(id)).nodeId
  await shop.db.q
    .updateTable('ptero_nodes')
    .set({ enabled: false })
    .where('id', '=', held ?? 0)
    .execute()
  await shop.reconcile(id)
  await shop.db.q.updateTable('ptero_nodes').set({ enabled: true }).execute()
  const order = await shop.order(id)
  expect(order.status).toBe('installing')
  expect(order.nodeId).not.toBe(held)
  expect((await shop.serversOf(id))[0]?.nodeId).toBe(order.nodeId)
})

test('no node takes servers: it waits for room, says so, and goes on when woken', async () => {
  const id = await shop.paidOrder()
  await shop.db.q.updateTable('ptero_nodes').set({ enabled: false }).execute()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'fleet.no_capacity', kind: 'full' } })
  expect(await shop.mails(id)).toContain('capacity_wait')
  await shop.db.q.updateTable('ptero_nodes').set({ enabled: true }).execute()
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'installing', failure: null })
  expect(made()).toBe(1)
})
