import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { place, reservationOf, resizeReservation } from './index.ts'

const db = await testDb()
const AT = new Date('2026-01-01T00:00:00Z')
const GB = 1024

beforeEach(async () => {
  await db.pool.query('truncate node_allocations, reservations, ptero_nodes, regions, orders, checkouts cascade')
  await db.q.insertInto('regions').values({ id: 'eu', name: 'Europe', location_id: 1 }).execute()
  const node = { id: 1, uuid: randomUUID(), name: 'node-1', location_id: 1, fqdn: 'n.example.com', max_ram_gb: 8, max_disk_gb: 100 }
  await db.q
    .insertInto('ptero_nodes')
    .values({ ...node, free_allocations: 9 })
    .execute()
  await db.q
    .insertInto('node_allocations')
    .values(Array.from({ length: 9 }, (_, i) => ({ id: i + 1, node_id: 1, ip: '10.0.0.1', port: 25_565 + i })))
    .execute()
  db.wakes.length = 0
})
const held = async (ramGb: number, paid = true): Promise<string> => {
  const id = randomUUID()
  await db.tx((tx) => place(tx, { id, regionId: 'eu', ramMb: ramGb * GB, diskMb: 10 * GB, ports: ['game'], at: AT, paid }))
  return id
}
const resize = (id: string, ramGb: number, dryRun = false) =>
  db.tx((tx) => resizeReservation(tx, { id, ramMb: ramGb * GB, diskMb: 10 * GB, at: AT, dryRun }))
const node = () =>
  db.q.selectFrom('ptero_nodes').select(['reserved_ram_mb', 'reserved_disk_mb', 'held_ram_mb', 'free_ram_mb']).executeTakeFirstOrThrow()

test('grows into what is free, and not beyond', async () => {
  const id = await held(2)
  await held(4)
  expect(await resize(id, 4)).toMatchObject({ id, nodeName: 'node-1', ramMb: 2 * GB })
  expect(await node()).toMatchObject({ reserved_ram_mb: 8 * GB, reserved_disk_mb: 20 * GB, held_ram_mb: 0, free_ram_mb: 0 })
  await expect(resize(id, 5)).rejects.toMatchObject({ code: 'fleet.no_room_on_node', say: expect.stringContaining('1 GB of RAM') })
  expect(await reservationOf(db.q, id)).toMatchObject({ ramMb: 4 * GB })
})

test('shrinks, and wakes who waits for room', async () => {
  const id = await held(4)
  await resize(id, 1)
  expect(await node()).toMatchObject({ reserved_ram_mb: GB, free_ram_mb: 7 * GB })
  expect(db.wakes).toEqual([{ topic: 'fleet.capacity', key: 'eu' }])
})

test('the same size again, and a trial, write nothing', async () => {
  const id = await held(4)
  await resize(id, 4)
  await resize(id, 8, true)
  await expect(resize(id, 9, true)).rejects.toMatchObject({ code: 'fleet.no_room_on_node' })
  expect(await node()).toMatchObject({ reserved_ram_mb: 4 * GB })
  expect(db.wakes).toEqual([])
})

test('of an unpaid hold the held part goes along', async () => {
  const id = await held(2, false)
  await resize(id, 4)
  expect(await node()).toMatchObject({ reserved_ram_mb: 4 * GB, held_ram_mb: 4 * GB })
})

test('many at once on one node: never more than it has', async () => {
  const ids = [await held(1), await held(1), await held(1), await held(1)]
  const done = await Promise.allSettled(ids.map((id) => resize(id, 3)))
  expect(done.filter((one) => one.status === 'fulfilled')).toHaveLength(2)
  expect(await node()).toMatchObject({ free_ram_mb: 0 })
})

test('nothing is reserved under this id', async () => {
  await expect(resize(randomUUID(), 1)).rejects.toMatchObject({ code: 'fleet.no_such_reservation' })
})
