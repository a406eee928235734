import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SERVER, tryPanel } from '../../sandbox/panel/fixture.ts'
import { testDb } from '../../test/kit/database.ts'
import { openFindingsAbout, repairFinding } from '../findings/index.ts'
import { systemActor } from '../kit/actor.ts'
import { createPanel } from '../outside/panel/index.ts'
import type { Panel } from '../outside/panel/types.ts'
import { availability, fleetRepairs, importRegions, nodeViews, place, setNode, syncFleet } from './index.ts'

const db = await testDb()
const sandbox = await tryPanel({ rateLimit: 10_000 })
afterAll(() => sandbox.close())
const NOW = new Date('2026-01-01T00:00:00Z')
const hooks = { before: async () => undefined, after: async () => undefined }
const panel = createPanel({ url: sandbox.panel.url, appKey: 'ptla_sandbox_application_key', clientKey: null, hooks })
const world = { db, panel, now: () => NOW }
const nodeOf = async (id: number) => (await nodeViews(db.q)).find((node) => node.id === id)

beforeAll(async () => {
  await importRegions(world, [
    { id: 'eu', name: 'Europe', locationId: 1 },
    { id: 'us', name: 'America', locationId: 2 },
  ])
})

test('nodes and every allocation come over, and regions that gained room are woken', async () => {
  expect(await syncFleet(world)).toEqual({ nodes: 2, allocations: 310, strangers: 0, gone: [] })
  expect(await nodeOf(1)).toMatchObject({ region: 'eu', maxRamGb: 64, availableRamGb: 64, freeAllocations: 300, totalAllocations: 300 })
  expect(db.wakes).toEqual([
    { topic: 'fleet.capacity', key: 'eu' },
    { topic: 'fleet.capacity', key: 'us' },
  ])
  db.wakes.length = 0
  expect(await syncFleet(world)).toMatchObject({ nodes: 2, gone: [] })
  expect(db.wakes).toEqual([])
  expect(await availability(db.q, [{ ramMb: 8192, diskMb: 1000, ports: 1 }])).toEqual([{ eu: true, us: false }])
})

test('strangers’ servers count against the node, and ours count once', async () => {
  const id = randomUUID()
  await db.tx((tx) => place(tx, { id, regionId: 'eu', ramMb: 2048, diskMb: 5000, ports: ['game'], at: NOW, paid: true }))
  await sandbox.createServer(2, { external_id: id, limits: { ...SERVER.limits, memory: 2048 } })
  await sandbox.createServer(3, { external_id: 'somebody_elses', limits: { ...SERVER.limits, memory: 4096 } })
  await sandbox.createServer(4, { limits: { ...SERVER.limits, memory: 1024 } })
  expect(await syncFleet(world)).toMatchObject({ strangers: 2 })
  expect(await nodeOf(1)).toMatchObject({ strangersRamGb: 5, committedRamGb: 2, availableRamGb: 57 })
  // 300 less ours (allocation 1, still held) and the three that the panel has given out.
  expect(await nodeOf(1)).toMatchObject({ freeAllocations: 296 })
})

test('maintenance is seen, and what an operator has set stays', async () => {
  await setNode(world, { by: systemActor('test'), nodeId: 2, reservedHeadroomGb: 1, reason: 'Keep some free' })
  const body = { name: 'node-2', location_id: 2, fqdn: '127.0.0.1', scheme: 'http', memory: 4096, memory_overallocate: 50 }
  const rest = { disk: 20_000, disk_overallocate: -1, upload_size: 100, daemon_sftp: 2022, daemon_listen: 8091, maintenance_mode: true }
  expect(await sandbox.call('PATCH', '/api/application/nodes/2', { ...body, ...rest })).toMatchObject({ status: 200 })
  await syncFleet(world)
  expect(await nodeOf(2)).toMatchObject({ maintenance: true, maxRamGb: 6, reservedHeadroomGb: 1, availableRamGb: 5 })
  expect((await nodeOf(2))?.maxDiskGb).toBeCloseTo(20_000 / 1024)
  expect(await availability(db.q, [{ ramMb: 1024, diskMb: 1000, ports: 1 }])).toEqual([{ eu: true, us: false }])
})

test('a node and an allocation that the panel no longer has are marked, and a node that is back is for sale again', async () => {
  const without: Panel = {
    ...panel,
    nodes: async (call) => (await panel.nodes(call)).filter((node) => node.id === 1),
    allocations: async (call, nodeId) => (await panel.allocations(call, nodeId)).filter((one) => one.id !== 100),
  }
  expect(await syncFleet({ ...world, panel: without })).toMatchObject({ nodes: 1, gone: ['node-2'] })
  expect(await nodeOf(2)).toMatchObject({ gone: true })
  expect(await nodeOf(1)).toMatchObject({ totalAllocations: 299 })
  expect(await openFindingsAbout(db.q, { type: 'node', id: '2' })).toMatchObject([{ kind: 'fleet.node_gone' }])
  const booked = randomUUID()
  await db.byHand(
    `insert into reservations (id, node_id, region_id, ram_mb, disk_mb, port_names, state, created_at) values ($1, 2, 'us', 1, 1, '{game}', 'committed', now())`,
    [booked],
  )
  expect(await syncFleet({ ...world, panel: without })).toMatchObject({ gone: [] })
  expect(await openFindingsAbout(db.q, { type: 'node', id: '2' })).toMatchObject([{ kind: 'fleet.node_gone', status: 'open' }])
  const [finding] = await openFindingsAbout(db.q, { type: 'node', id: '2' })
  const ask = { id: finding?.id ?? '', by: systemActor('test'), reason: 'looked', way: null, requestId: null }
  const still = await repairFinding({ ...world, panel: without }, fleetRepairs, { ...ask, dryRun: false })
  expect(still).toMatchObject({ mended: false, did: expect.stringContaining(`Booked there: 1 (${booked})`) })
  await db.byHand('delete from reservations where id = $1', [booked])
  await syncFleet({ ...world, panel: without })
  expect(await openFindingsAbout(db.q, { type: 'node', id: '2' })).toEqual([])
  await syncFleet(world)
  expect(await nodeOf(2)).toMatchObject({ gone: false })
  expect(await nodeOf(1)).toMatchObject({ totalAllocations: 300 })
  expect(await openFindingsAbout(db.q, { type: 'node' })).toEqual([])
})

test('a region whose location the panel does not have is found', async () => {
  await importRegions(world, [{ id: 'mars', name: 'Mars', locationId: 77 }])
  await syncFleet(world)
  expect(await openFindingsAbout(db.q, { type: 'region' })).toMatchObject([{ kind: 'fleet.region_without_location', subject_id: 'mars' }])
})

test('setting a node is audited with its reason, and giving room wakes', async () => {
  db.wakes.length = 0
  await setNode(world, { by: systemActor('test'), nodeId: 1, enabled: false, reason: 'Disk fails' })
  expect(db.wakes).toEqual([])
  await setNode(world, { by: systemActor('test'), nodeId: 1, enabled: true, reason: 'Disk replaced' })
  expect(db.wakes).toEqual([{ topic: 'fleet.capacity', key: 'eu' }])
  const audit = await db.q.selectFrom('audit_log').selectAll().where('target_id', '=', '1').orderBy('id').execute()
  expect(audit.map((row) => [row.did, row.why])).toEqual([
    ['fleet.set_node', 'Disk fails'],
    ['fleet.set_node', 'Disk replaced'],
  ])
  expect(audit[0]?.details).toMatchObject({ from: { enabled: true }, to: { enabled: false } })
  await expect(setNode(world, { by: systemActor('test'), nodeId: 99, reason: 'None' })).rejects.toMatchObject({
    code: 'fleet.no_such_node',
  })
})
