import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tryPanel } from '../../sandbox/panel/fixture.ts'
import { testDb } from '../../test/kit/database.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import { silentLog } from '../kit/log.ts'
import { newRouter } from '../kit/routes.ts'
import { createPanel } from '../outside/panel/index.ts'
import { NodeList } from './contract.ts'
import { fleetRoutes, importRegions } from './index.ts'

const db = await testDb()
const sandbox = await tryPanel()
afterAll(() => sandbox.close())
const hooks = { before: async () => undefined, after: async () => undefined }
const panel = createPanel({ url: sandbox.panel.url, appKey: 'ptla_sandbox_application_key', clientKey: null, hooks })
const world = { db, panel, now: () => new Date('2026-01-01T00:00:00Z') }

/** The room's routes behind a door that believes who one says one is. */
function asRole(role: Actor['role'] | null) {
  const app = newRouter()
  app.onError((error) => {
    const { code, status, fields } = asFailure(error)
    return Response.json({ type: code, fields }, { status })
  })
  app.use(async (c, next) => {
    c.set('actor', role && { kind: 'user', id: 'u_1', role })
    c.set('requestId', 'req_1')
    c.set('log', silentLog)
    await next()
  })
  app.route('/', fleetRoutes(world))
  return async (method: string, path: string, body?: object) => {
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
    const answer = await app.request(path, { method, ...init })
    return { status: answer.status, body: await answer.json() }
  }
}

beforeAll(async () => {
  await importRegions(world, [{ id: 'eu', name: 'Europe', locationId: 1 }])
})

test('strangers are asked to sign in, customers see nothing, support may look but not touch', async () => {
  expect(await asRole(null)('GET', '/api/ops/nodes')).toMatchObject({ status: 401 })
  expect(await asRole('customer')('GET', '/api/ops/nodes')).toMatchObject({ status: 403 })
  expect(await asRole('support')('GET', '/api/ops/nodes')).toEqual({ status: 200, body: { nodes: [], nextCursor: null } })
  expect(await asRole('support')('POST', '/api/ops/nodes/sync')).toMatchObject({ status: 403 })
  expect(await asRole('support')('PATCH', '/api/ops/nodes/1', { enabled: false, reason: 'Because' })).toMatchObject({ status: 403 })
})

test('an operator syncs, and the list keeps to its contract', async () => {
  const { status, body } = await asRole('operator')('POST', '/api/ops/nodes/sync')
  expect(status).toBe(200)
  expect(NodeList.parse(body).nodes).toMatchObject([
    { id: 1, region: 'eu', freeAllocations: 300, syncedAt: '2026-01-01T00:00:00.000Z' },
    { id: 2, region: null },
  ])
})

test('a change needs a reason, is written down with the request, and shows', async () => {
  const operator = asRole('operator')
  expect(await operator('PATCH', '/api/ops/nodes/1', { enabled: false })).toMatchObject({ status: 400, body: { type: 'request.invalid' } })
  expect(await operator('PATCH', '/api/ops/nodes/99', { reason: 'Nothing there' })).toMatchObject({ status: 404 })
  const ask = { enabled: false, reservedHeadroomGb: 4, reason: 'Disk is failing' }
  const { body } = await operator('PATCH', '/api/ops/nodes/1', ask)
  expect(NodeList.parse(body).nodes[0]).toMatchObject({ enabled: false, reservedHeadroomGb: 4, availableRamGb: 60 })
  const audit = await db.q.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow()
  expect(audit).toMatchObject({ actor_id: 'u_1', did: 'fleet.set_node', target_id: '1', why: 'Disk is failing', request_id: 'req_1' })
})

test('the list comes in pages, by name', async () => {
  const read = async (query: string) => NodeList.parse((await asRole('support')('GET', `/api/ops/nodes${query}`)).body)
  const first = await read('?limit=1')
  const second = await read(`?limit=1&cursor=${first.nextCursor}`)
  expect([...first.nodes, ...second.nodes]).toEqual((await read('')).nodes)
  expect(second.nextCursor).toBeNull()
  expect(await asRole('support')('GET', '/api/ops/nodes?cursor=rubbish')).toMatchObject({ status: 400, body: { type: 'request.invalid' } })
})

test('figures tell holds from sold servers', async () => {
  const held = { id: randomUUID(), node_id: 1, region_id: 'eu', ram_mb: 1024, disk_mb: 1, port_names: [], state: 'held' as const }
  await db.q
    .insertInto('reservations')
    .values({ ...held, created_at: new Date() })
    .execute()
  await db.q.updateTable('ptero_nodes').set({ reserved_ram_mb: 3072, held_ram_mb: 1024 }).where('id', '=', 1).execute()
  const { body } = await asRole('support')('GET', '/api/ops/nodes')
  expect(NodeList.parse(body).nodes[0]).toMatchObject({ heldRamGb: 1, committedRamGb: 2, availableRamGb: 57 })
})
