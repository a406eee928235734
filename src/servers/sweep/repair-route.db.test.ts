import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { findingRepairRoutes, openFinding } from '../../findings/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { Failure } from '../../kit/failure.ts'
import { newRouter } from '../../kit/routes.ts'
import { MINUTE } from '../../kit/time.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { serverRepairs } from './repairs.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const as = (role: Actor['role']): Actor => ({ kind: 'user', id: `the-${role}`, role })
let actor: Actor | null = as('operator')
const app = newRouter()
app.onError((error, c) => {
  if (!(error instanceof Failure)) throw error
  return c.json({ type: error.code, next: error.next }, error.status as 400)
})
app.use('*', async (c, next) => {
  c.set('actor', actor)
  c.set('requestId', 'r1')
  await next()
})
app.route('/', findingRepairRoutes(shop, serverRepairs))

const repair = async (id: string, body: object = { reason: 'found it changed' }) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await app.request(`/api/ops/findings/${id}/repair`, { method: 'POST', headers, body: JSON.stringify(body) })
  return {
    status: answer.status,
    body: (await answer.json()) as { type?: string; next?: string; did?: string; mended?: boolean; finding?: object },
  }
}
const find = async (kind: 'servers.wrong_owner' | 'orders.undeliverable' | 'servers.missing', id: string): Promise<string> =>
  (
    await shop.db.tx((tx) =>
      openFinding(tx, { kind, severity: 'critical', subject: { type: 'order', id }, summary: 'S', remedy: 'The remedy.', at: shop.now() }),
    )
  ).id
/** A delivered server that somebody gave away on the panel. */
async function givenAway(): Promise<{ id: string; finding: string; buyer: number }> {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  const server = await shop.panel.serverByExternalId(CALL, id)
  if (!server) throw new Error('no server')
  await shop.panel.patchDetails(CALL, server, { userId: 1 })
  return { id, finding: await find('servers.wrong_owner', id), buyer: server.userId }
}
const ownerOf = async (id: string) => (await shop.panel.serverByExternalId(CALL, id))?.userId
const deeds = async (finding: string) =>
  shop.db.q.selectFrom('audit_log').select(['did', 'actor_id', 'why', 'request_id']).where('target_id', '=', finding).execute()
const statusOf = async (id: string) =>
  (await shop.db.q.selectFrom('findings').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status

beforeEach(() => {
  actor = as('operator')
  shop.noFaults()
})

test('operators repair, support and others do not', async () => {
  const { id, finding } = await givenAway()
  for (const [who, status] of [
    [null, 401],
    [as('customer'), 403],
    [as('support'), 403],
  ] as const) {
    actor = who
    expect((await repair(finding)).status).toBe(status)
  }
  expect([await ownerOf(id), await statusOf(finding)]).toEqual([1, 'open'])
})

test('a dry run tells and changes nothing; done, it is recorded with its reason; a second time is refused', async () => {
  const { id, finding, buyer } = await givenAway()
  const told = await repair(finding, { reason: 'look first', dry_run: true })
  expect(told).toMatchObject({
    status: 200,
    body: { dryRun: true, mended: false, did: expect.stringContaining('Give the server back to its buyer') },
  })
  expect([await ownerOf(id), await deeds(finding)]).toEqual([1, []])

  expect(await repair(finding)).toMatchObject({
    status: 200,
    body: { mended: true, finding: { status: 'resolved', resolvedBy: 'the-operator' } },
  })
  expect(await ownerOf(id)).toBe(buyer)
  const deed = { did: 'findings.repair', actor_id: 'the-operator', why: 'found it changed', request_id: 'r1' }
  expect(await deeds(finding)).toEqual([deed])
  expect(await repair(finding)).toMatchObject({ status: 409, body: { type: 'findings.already_resolved' } })
  expect(await deeds(finding)).toEqual([deed])
})

test('asked twice at once it is right once, and closed', async () => {
  const { id, finding, buyer } = await givenAway()
  const both = await Promise.all([repair(finding), repair(finding)])
  expect(both.map((one) => one.status).filter((status) => status !== 409)).toContain(200)
  expect([await ownerOf(id), await statusOf(finding)]).toEqual([buyer, 'resolved'])
})

test('what is right by now is closed without a call that changes anything', async () => {
  const { id, finding, buyer } = await givenAway()
  const server = await shop.panel.serverByExternalId(CALL, id)
  if (server) await shop.panel.patchDetails(CALL, server, { userId: buyer })
  shop.calls.length = 0
  expect(await repair(finding)).toMatchObject({ status: 200, body: { mended: true, did: expect.stringContaining('Nothing') } })
  expect(shop.calls.filter((call) => call.method !== 'GET')).toEqual([])
})

test('one without a repair, a way it does not have, none of several, and no such finding', async () => {
  const asked = await find('orders.undeliverable', 'x')
  expect(await repair(asked)).toMatchObject({ status: 409, body: { type: 'findings.no_repair', next: 'The remedy.' } })
  const missing = await find('servers.missing', 'y')
  expect(await repair(missing)).toMatchObject({
    status: 400,
    body: { type: 'findings.no_such_way', next: expect.stringContaining('recreate: ') },
  })
  expect(await repair(missing, { reason: 'test', way: 'follow' })).toMatchObject({ status: 400, body: { type: 'findings.no_such_way' } })
  expect((await repair('00000000-0000-4000-8000-000000000000')).status).toBe(404)
  expect((await repair(missing, { way: 'recreate' })).status).toBe(400)
})

test('while the panel is down the answer is 503, nothing is recorded as mended, and a later try mends it', async () => {
  const { id, finding, buyer } = await givenAway()
  shop.fault({ kind: 'down' })
  expect((await repair(finding)).status).toBe(503)
  expect([await statusOf(finding), await deeds(finding)]).toEqual(['open', []])
  shop.noFaults()
  shop.fault({ kind: 'down', match: 'PATCH' })
  expect((await repair(finding)).status).toBe(503)
  expect([await statusOf(finding), await deeds(finding)]).toEqual(['open', []])
  shop.noFaults()
  expect(await repair(finding)).toMatchObject({ status: 200, body: { mended: true } })
  expect(await ownerOf(id)).toBe(buyer)
})
