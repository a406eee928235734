import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { commitReservation, isSellable, moveReservation, place, releaseReservation, reservationOf, takeOtherPorts } from './index.ts'

const db = await testDb()
const AT = new Date('2026-01-01T00:00:00Z')
const GB = 1024

/** A node with ports 25565 and up; its fields as given. */
async function node(
  id: number,
  fields: { ramGb?: number; diskGb?: number; ports?: number; location?: number } & Record<string, unknown> = {},
) {
  const { ramGb = 64, diskGb = 1000, ports = 100, location = 1, ...rest } = fields
  await db.q
    .insertInto('ptero_nodes')
    .values({
      id,
      uuid: randomUUID(),
      name: `node-${id}`,
      location_id: location,
      fqdn: 'n.example.com',
      max_ram_gb: ramGb,
      max_disk_gb: diskGb,
      free_allocations: ports,
      ...rest,
    })
    .execute()
  if (ports === 0) return
  const rows = Array.from({ length: ports }, (_, i) => ({ id: id * 10_000 + i, node_id: id, ip: '10.0.0.1', port: 25_565 + i }))
  await db.q.insertInto('node_allocations').values(rows).execute()
}
const ask = (fields: Partial<Parameters<typeof place>[1]> = {}) => ({
  id: randomUUID() as string,
  regionId: 'eu',
  ramMb: 2 * GB,
  diskMb: 10 * GB,
  ports: ['game'],
  at: AT,
  paid: true,
  ...fields,
})
const placed = (fields: Partial<Parameters<typeof place>[1]> = {}) => db.tx((tx) => place(tx, ask(fields)))

/** What the counters of every node say against what stands in the rows. */
async function expectCountersTrue() {
  const { rows } = await db.pool.query(`
    select n.reserved_ram_mb - coalesce(sum(r.ram_mb), 0) as ram, n.reserved_disk_mb - coalesce(sum(r.disk_mb), 0) as disk,
      n.held_ram_mb - coalesce(sum(r.ram_mb) filter (where r.state = 'held'), 0) as held,
      n.free_allocations - (select count(*) from node_allocations a where a.node_id = n.id and not a.assigned
        and a.reservation_id is null and a.gone_at is null) as ports
    from ptero_nodes n left join reservations r on r.node_id = n.id group by n.id`)
  for (const row of rows) expect(row).toEqual({ ram: 0, disk: 0, held: 0, ports: 0 })
}

beforeEach(async () => {
  await db.pool.query('truncate node_allocations, reservations, ptero_nodes, regions, orders, checkouts cascade')
  await db.q
    .insertInto('regions')
    .values([
      { id: 'eu', name: 'Europe', location_id: 1 },
      { id: 'us', name: 'America', location_id: 2 },
    ])
    .execute()
  db.wakes.length = 0
})

test('the node with the least room left over is taken, and its ports one after the other', async () => {
  await node(1, { ramGb: 64 })
  await node(2, { ramGb: 16 })
  const first = await placed({ ports: ['game', 'query', 'rcon'] })
  expect(first).toMatchObject({ nodeId: 2, nodeName: 'node-2', regionId: 'eu', ramMb: 2048 })
  expect(first.allocations.map((port) => [port.name, port.port])).toEqual([
    ['game', 25_565],
    ['query', 25_566],
    ['rcon', 25_567],
  ])
  await expectCountersTrue()
})

test('a run of ports is preferred, across a hole where there is none, and addresses are not mixed without need', async () => {
  await node(1, { ports: 0 })
  const ports = [...[1, 3, 5].map((port) => ({ ip: '10.0.0.1', port })), ...[8, 9, 20].map((port) => ({ ip: '10.0.0.2', port }))]
  await db.q
    .insertInto('node_allocations')
    .values(ports.map((one, i) => ({ id: i + 1, node_id: 1, ...one })))
    .execute()
  await db.q.updateTable('ptero_nodes').set({ free_allocations: 6 }).execute()
  const numbers = async (names: string[]) => (await placed({ ports: names })).allocations.map((port) => `${port.ip}:${port.port}`)
  expect(await numbers(['a', 'b'])).toEqual(['10.0.0.2:8', '10.0.0.2:9'])
  expect(await numbers(['a', 'b', 'c'])).toEqual(['10.0.0.1:1', '10.0.0.1:3', '10.0.0.1:5'])
  await expectCountersTrue()
})

test.each([
  ['disabled', { enabled: false }],
  ['in maintenance', { maintenance: true }],
  ['gone', { gone_at: AT }],
  ['in another region', { location: 2 }],
  ['in no region', { location: 9 }],
  ['short of ports', { ports: 0 }],
  ['short of disk', { diskGb: 9 }],
  ['full of strangers', { strangers_ram_mb: 63 * GB }],
  ['kept free by headroom', { reserved_headroom_gb: 63 }],
])('a node that is %s is never chosen', async (_, fields) => {
  await node(1, fields)
  await expect(placed()).rejects.toMatchObject({ code: 'fleet.no_capacity', kind: 'full', say: 'Sold out in Europe right now.' })
})

test('a region that is not for sale takes nothing', async () => {
  await node(1)
  await db.q.updateTable('regions').set({ enabled: false }).execute()
  await expect(placed()).rejects.toMatchObject({ code: 'fleet.no_capacity' })
})

test('eight writers at once sell every place once, and no port twice', async () => {
  await node(1, { ramGb: 16, ports: 60 })
  await node(2, { ramGb: 9, ports: 60 })
  await node(3, { ramGb: 64, ports: 9 })
  let left = 60
  const outcomes = { sold: 0, full: 0 }
  const writer = async () => {
    while (left-- > 0)
      await placed({ ports: ['game', 'query'] }).then(
        () => outcomes.sold++,
        (error) => {
          expect(error).toMatchObject({ code: 'fleet.no_capacity' })
          outcomes.full++
        },
      )
  }
  await Promise.all(Array.from({ length: 8 }, writer))
  // 8 of 2 GB on 16, 4 on 9, and 4 pairs of 9 ports.
  expect(outcomes).toEqual({ sold: 16, full: 44 })
  const { rows } = await db.pool.query(
    'select count(*) as all, count(distinct (node_id, port)) as apart from node_allocations where reservation_id is not null',
  )
  expect(rows[0]).toEqual({ all: 32, apart: 32 })
  const over = await db.pool.query('select id from fleet_capacity where available_ram_gb < 0 or available_disk_gb < 0')
  expect(over.rows).toEqual([])
  await expectCountersTrue()
})

test('releases and placements at once leave the counters true', async () => {
  await node(1, { ramGb: 32 })
  await node(2, { ramGb: 32 })
  const writer = async () => {
    for (let i = 0; i < 10; i++) {
      const want = ask({ ports: ['game', 'query'], paid: i % 2 === 0 })
      const done = await db.tx((tx) => place(tx, want)).catch((error) => error.code as string)
      if (done === 'fleet.holds_full') continue
      if (i % 3 === 0) await db.tx((tx) => commitReservation(tx, want.id, AT))
      if (i % 4 === 0) await db.tx((tx) => moveReservation(tx, want.id, AT)).catch((error) => expect(error.code).toBe('fleet.no_capacity'))
      if (i % 5 !== 0) await db.tx((tx) => releaseReservation(tx, want.id))
    }
  }
  await Promise.all(Array.from({ length: 8 }, writer))
  await expectCountersTrue()
})

test('unpaid holds take at most 30 % of a region; paid orders are not bound by it', async () => {
  await node(1, { ramGb: 20 })
  await placed({ paid: false })
  await placed({ paid: false })
  await placed({ paid: false })
  await expect(placed({ paid: false })).rejects.toMatchObject({ code: 'fleet.holds_full', kind: 'full' })
  expect(await placed()).toMatchObject({ nodeId: 1 })
  await expectCountersTrue()
})

test('in a small region the first hold is allowed, however large its share', async () => {
  await node(1, { ramGb: 4 })
  expect(await placed({ paid: false })).toMatchObject({ nodeId: 1 })
  await expect(placed({ paid: false })).rejects.toMatchObject({ code: 'fleet.holds_full' })
})

test('commit is once and for all; release gives everything back and wakes who waits', async () => {
  await node(1)
  const want = ask({ paid: false, ports: ['game', 'query'] })
  await db.tx((tx) => place(tx, want))
  expect(await db.tx((tx) => commitReservation(tx, want.id, AT))).toBe(1)
  expect(await db.tx((tx) => commitReservation(tx, want.id, new Date(0)))).toBe(1)
  expect(await reservationOf(db.q, want.id)).toMatchObject({ state: 'committed', committedAt: AT, portNames: ['game', 'query'] })
  expect(db.wakes).toEqual([])
  expect(await db.tx((tx) => releaseReservation(tx, want.id))).toBe(true)
  expect(db.wakes).toEqual([{ topic: 'fleet.capacity', key: 'eu' }])
  expect(await reservationOf(db.q, want.id)).toBeNull()
  expect(await db.tx((tx) => releaseReservation(tx, want.id))).toBe(false)
  expect(await db.tx((tx) => commitReservation(tx, want.id, AT))).toBeNull()
  expect((await db.q.selectFrom('fleet_capacity').select('available_ram_gb').executeTakeFirstOrThrow()).available_ram_gb).toBe(64)
  await expectCountersTrue()
})

test('a move takes another node of the region with new ports, and keeps the state', async () => {
  await node(1, { ramGb: 8 })
  await node(2)
  await node(3, { location: 2 })
  const want = ask({ ports: ['game', 'query'] })
  expect(await db.tx((tx) => place(tx, want))).toMatchObject({ nodeId: 1 })
  await db.q.updateTable('ptero_nodes').set({ enabled: false }).where('id', '=', 1).execute()
  expect(await isSellable(db.q, 1)).toBe(false)
  expect(await db.tx((tx) => moveReservation(tx, want.id, AT))).toMatchObject({ nodeId: 2 })
  expect(await reservationOf(db.q, want.id)).toMatchObject({ nodeId: 2, state: 'committed', ramMb: 2048 })
  await expect(db.tx((tx) => moveReservation(tx, want.id, AT))).rejects.toMatchObject({ code: 'fleet.no_capacity' })
  expect(await reservationOf(db.q, want.id)).toMatchObject({ nodeId: 2 })
  await expectCountersTrue()
})

test('ports that the panel calls taken are replaced on the same node, else on another', async () => {
  await node(1, { ramGb: 8, ports: 3 })
  await node(2)
  const want = ask({ ports: ['game', 'query'] })
  const first = await db.tx((tx) => place(tx, want))
  const taken = first.allocations[0]?.id ?? 0
  const second = await db.tx((tx) => takeOtherPorts(tx, want.id, [taken], AT))
  expect(second).toMatchObject({ nodeId: 1 })
  expect(second.allocations.map((port) => [port.name, port.port])).toEqual([
    ['game', 25_567],
    ['query', 25_566],
  ])
  const rest = second.allocations.map((port) => port.id)
  expect(await db.tx((tx) => takeOtherPorts(tx, want.id, rest, AT))).toMatchObject({ nodeId: 2 })
  const marked = await db.q.selectFrom('node_allocations').select('id').where('assigned', '=', true).execute()
  expect(marked.map((row) => row.id)).toContain(taken)
  await expectCountersTrue()
})

test('a refusal leaves nothing behind, also in a transaction that goes on', async () => {
  await node(1, { ramGb: 8, ports: 2 })
  const [stays, refused] = [ask({ paid: false, ports: ['game', 'query'] }), ask({ paid: false, ports: [] })]
  await db.tx(async (tx) => {
    await place(tx, stays)
    await expect(moveReservation(tx, stays.id, AT)).rejects.toMatchObject({ code: 'fleet.no_capacity' })
    await expect(takeOtherPorts(tx, stays.id, [10_000], AT)).rejects.toMatchObject({ code: 'fleet.no_capacity' })
    await expect(place(tx, refused)).rejects.toMatchObject({ code: 'fleet.holds_full' })
  })
  expect(await reservationOf(db.q, stays.id)).toMatchObject({ nodeId: 1, allocations: [{ id: 10_000 }, { id: 10_001 }] })
  expect(await reservationOf(db.q, refused.id)).toBeNull()
  await expectCountersTrue()
})
