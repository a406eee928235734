import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { repairFinding } from '../../findings/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { MINUTE } from '../../kit/time.ts'
import { lockOrder, saveOrder } from '../../orders/index.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { serverRepairs } from './repairs.ts'
import { sweepPanel } from './sweep-panel.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }

async function fleet(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const id = await shop.paidOrder()
    await shop.reconcile(id)
    ids.push(id)
  }
  await shop.pass(MINUTE, ids, MINUTE)
  return ids
}
const server = (id: string) => shop.panel.serverByExternalId(CALL, id)
const sweep = async () => {
  await shop.clock.advance(10 * MINUTE)
  return sweepPanel(shop)
}
const open = async (kind: string) =>
  shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const repair = async (kind: string, dryRun = false, way: string | null = null) => {
  const [finding] = await open(kind)
  return repairFinding(shop, serverRepairs, { id: finding?.id ?? '', by: BY, reason: 'looked', way, dryRun, requestId: null })
}
const writes = () => shop.calls.filter((call) => call.method !== 'GET').map((call) => `${call.method} ${call.path}`)

beforeEach(async () => {
  // Every test has a fleet of its own: what stands from before is nobody's any more.
  await shop.db.byHand(`update orders set delivered_at = null where status <> 'canceled'`)
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
  await shop.db.byHand('delete from sweep_acts')
  await shop.db.byHand('update panel_sweep set agreed_until = null')
})

test('twelve servers deleted at once: one finding, no act, until a person agrees', async () => {
  const ids = await fleet(14)
  for (const id of ids.slice(0, 12)) await shop.panel.deleteServer(CALL, (await server(id))?.id ?? 0)
  const drifted = ids[13] ?? ''
  const other = await server(drifted)
  if (other) await shop.panel.patchDetails(CALL, other, { userId: 1 })
  shop.calls.length = 0
  await sweep()
  expect(await open('servers.mass_missing')).toMatchObject([{ severity: 'critical', times_seen: 1, evidence: { fleet: 14, limit: 10 } }])
  expect(await open('servers.missing')).toEqual([])
  expect(await open('servers.wrong_owner')).toHaveLength(1)
  expect(writes()).toEqual([])

  expect(await repair('servers.mass_missing', true)).toMatchObject({ mended: false })
  await sweep()
  expect(writes()).toEqual([])
  await repair('servers.mass_missing')
  await sweep()
  expect(await open('servers.missing')).toHaveLength(12)
  expect([await open('servers.mass_missing'), await open('servers.wrong_owner')]).toEqual([[], []])
})

test('eleven suspensions at once are asked about, and none done; one agreement later all are', async () => {
  const ids = await fleet(11)
  for (const id of ids) {
    await shop.db.tx(async (tx) => {
      const change = { suspendedAt: shop.now(), suspendedReason: 'unpaid' }
      await saveOrder(tx, await lockOrder(tx, id), change, { title: 'test', by: 'test', at: shop.now(), wake: false })
    })
    await shop.db.byHand('delete from servers_seen where order_id = $1', [id])
  }
  await sweep()
  expect(await open('servers.not_suspended')).toHaveLength(11)
  expect(await open('servers.sweep_brake')).toMatchObject([{ severity: 'critical', evidence: { wanted: 11, recent: 0 } }])
  expect(await shop.db.q.selectFrom('sweep_acts').selectAll().execute()).toEqual([])

  await repair('servers.sweep_brake')
  await sweep()
  for (const id of ids) await shop.reconcile(id)
  expect((await Promise.all(ids.map(server))).every((one) => one?.suspended)).toBe(true)
  await sweep()
  expect(await open('servers.not_suspended')).toEqual([])
})

test('a missing server is made anew when a person says so, once, in its old place', async () => {
  const [id = ''] = await fleet(1)
  const before = await server(id)
  await shop.panel.deleteServer(CALL, before?.id ?? 0)
  await sweep()
  const told = await repair('servers.missing', true, 'recreate')
  expect(told.did).toContain('Create the server anew, empty')
  expect(await server(id)).toBeNull()
  expect(await repair('servers.missing', false, 'recreate')).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  const after = await server(id)
  expect(after).toMatchObject({ userId: before?.userId, allocationId: before?.allocationId, limits: before?.limits })
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', pterodactylServerId: String(after?.id) })
  await shop.pass(MINUTE, [id])
  expect(await sweep()).toMatchObject({ missing: 0, drifts: 0 })
  expect(await shop.serversOf(id)).toHaveLength(1)
  const deeds = await shop.db.q.selectFrom('audit_log').select(['did', 'why']).where('did', '=', 'findings.repair').execute()
  expect(deeds).toContainEqual({ did: 'findings.repair', why: 'looked' })
})

test('a suspension of somebody else is lifted when a person says so', async () => {
  const [id = ''] = await fleet(1)
  await shop.panel.suspendServer(CALL, (await server(id))?.id ?? 0)
  await sweep()
  expect(await repair('servers.suspended_on_panel')).toMatchObject({ mended: true })
  expect(await server(id)).toMatchObject({ suspended: false })
  expect(await sweep()).toMatchObject({ drifts: 0 })
})

test('one whose node the panel no longer has is made anew on another', async () => {
  const [id = ''] = await fleet(1)
  const { nodeId } = await shop.order(id)
  await shop.panel.deleteServer(CALL, (await server(id))?.id ?? 0)
  await shop.db.byHand('update ptero_nodes set gone_at = now() where id = $1', [nodeId])
  await sweep()
  expect((await repair('servers.missing', true, 'recreate')).did).toContain('on a node with room')
  await repair('servers.missing', false, 'recreate')
  await shop.db.byHand('update ptero_nodes set gone_at = null')
  expect((await shop.order(id)).nodeId).not.toBe(nodeId)
  expect(await server(id)).toMatchObject({ nodeId: (await shop.order(id)).nodeId })
})

test('a missing server may be given up instead: the order ends, and the money goes back', async () => {
  const [id = ''] = await fleet(1)
  await shop.panel.deleteServer(CALL, (await server(id))?.id ?? 0)
  await sweep()
  expect(await repair('servers.missing', false, 'refund')).toMatchObject({ mended: true })
  expect(await shop.order(id)).toMatchObject({ status: 'canceled', refundWanted: 'looked' })
  await shop.reconcile(id)
  expect(await open('servers.missing')).toEqual([])
  expect(await sweep()).toMatchObject({ missing: 0 })
})
