import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { SECOND } from '../kit/time.ts'
import { maybeRestarted } from './rules/restart.ts'

const shop = await panelWorld({ installSeconds: 25 })
beforeEach(async () => {
  shop.noFaults()
  await shop.pass(120 * SECOND, [])
  shop.calls.length = 0
  shop.db.wakes.length = 0
})
const woken = () => shop.db.wakes.filter((wake) => wake.topic === 'orders.changed').map((wake) => wake.key)
const newOrders = async (count: number) => {
  const ids: string[] = []
  for (let i = 0; i < count; i += 1) ids.push(await shop.paidOrder())
  for (const id of ids) await shop.reconcile(id)
  shop.calls.length = 0
  shop.db.wakes.length = 0
  return ids
}

test('nothing installs: no call', async () => {
  await shop.watch()
  expect(shop.calls).toEqual([])
})

test('first after 10 s, then every 10 s, one call for all; wakes only those whose observation changed', async () => {
  const ids = await newOrders(3)
  await shop.watch()
  expect(shop.calls).toEqual([])
  await shop.clock.advance(10 * SECOND)
  await shop.watch()
  await shop.watch()
  expect(shop.calls).toHaveLength(1)
  expect(woken()).toEqual([])
  await shop.clock.advance(10 * SECOND)
  await shop.watch()
  expect(woken()).toEqual([])
  await shop.clock.advance(10 * SECOND)
  await shop.watch()
  expect(shop.calls).toHaveLength(3)
  expect(new Set(woken())).toEqual(new Set(ids))
  for (const id of ids) await shop.reconcile(id)
  shop.calls.length = 0
  await shop.clock.advance(10 * SECOND)
  await shop.watch()
  expect(shop.calls).toEqual([])
})

test('two processes ask once', async () => {
  await newOrders(2)
  await shop.clock.advance(10 * SECOND)
  await Promise.all([shop.watch(), shop.watch(), shop.watch()])
  expect(shop.calls).toHaveLength(1)
})

test('a server that the list lacks is asked for by itself, not believed gone', async () => {
  const [id] = await newOrders(1)
  const [server] = await shop.serversOf(id ?? '')
  await shop.panel.deleteServer({ share: 'staff' }, server?.id ?? 0)
  await shop.clock.advance(10 * SECOND)
  await shop.watch()
  expect(woken()).toEqual([id])
  expect(await shop.order(id ?? '')).toMatchObject({ status: 'installing', pterodactylServerId: String(server?.id) })
})

test('the panel does not answer: tried again, nothing concluded', async () => {
  const [id] = await newOrders(1)
  await shop.clock.advance(10 * SECOND)
  shop.fault({ kind: 'down' })
  expect(await shop.watch()).toMatchObject({ kind: 'retry', failure: { kind: 'unavailable' } })
  expect(woken()).toEqual([])
  expect((await shop.order(id ?? '')).status).toBe('installing')
})

test('all installations of a node ending at once may be a restart of its daemon: noted, nothing else', () => {
  const ended = ['a', 'b', 'c'].map((orderId) => ({ orderId, nodeId: 1, ok: true }))
  expect(maybeRestarted(ended, new Map())).toEqual(['a', 'b', 'c'])
  expect(maybeRestarted(ended, new Map([[1, 1]]))).toEqual([])
  expect(maybeRestarted(ended.slice(1), new Map())).toEqual([])
})
