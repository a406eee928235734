import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { repairFinding, resolveByHand } from '../../findings/index.ts'
import { reservationOf } from '../../fleet/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { MINUTE } from '../../kit/time.ts'
import type { Panel, PanelCall, PanelServer } from '../../outside/panel/types.ts'
import { reconcileServer } from '../reconcile.ts'
import { serverRepairs } from './repairs.ts'
import { sweepPanel } from './sweep-panel.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
beforeEach(() => shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`))

const delivered = async (): Promise<string> => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  return id
}
const server = async (id: string): Promise<PanelServer> => {
  const found = await shop.panel.serverByExternalId(CALL, id)
  if (!found) throw new Error(`no server of ${id}`)
  return found
}
/** The panel, where one server is otherwise than the sandbox has it. */
function panelWith(id: string, change: Partial<PanelServer>): Panel {
  const seen = (one: PanelServer): PanelServer => (one.externalId === id ? { ...one, ...change } : one)
  return {
    ...shop.panel,
    serverByExternalId: async (call, ext) => {
      const found = await shop.panel.serverByExternalId(call, ext)
      return found && seen(found)
    },
    serversByExternalIds: async (call, ids) => (await shop.panel.serversByExternalIds(call, ids)).map(seen),
    serversPage: async (call, page) => {
      const { items, last } = await shop.panel.serversPage(call, page)
      return { items: items.map(seen), last }
    },
  }
}
/** Free ports of a node, as a server there would have them. */
const portsOn = async (nodeId: number, count: number) => {
  const rows = await shop.db.q
    .selectFrom('node_allocations')
    .select(['id', 'ip', 'alias', 'port'])
    .where('node_id', '=', nodeId)
    .where('reservation_id', 'is', null)
    .where('assigned', '=', false)
    .orderBy('port', 'desc')
    .limit(count)
    .execute()
  return rows.toReversed()
}
const nodeRow = (id: number) =>
  shop.db.q.selectFrom('ptero_nodes').select(['reserved_ram_mb', 'free_allocations']).where('id', '=', id).executeTakeFirstOrThrow()
const open = (kind: string) => shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const sweep = async (panel: Panel) => {
  await shop.clock.advance(10 * MINUTE)
  return sweepPanel({ ...shop, panel })
}
const repair = async (panel: Panel, id: string, kind: string, more: { dryRun?: boolean; way?: string } = {}) => {
  const finding = (await open(kind)).find((one) => one.subject_id === id)
  const ask = { id: finding?.id ?? '', by: BY, reason: 'looked', way: more.way ?? null, dryRun: more.dryRun ?? false, requestId: null }
  return repairFinding({ ...shop, panel }, serverRepairs, ask)
}

test('a server that was moved to another node: named, and the books follow it there', async () => {
  const id = await delivered()
  const from = await reservationOf(shop.db.q, id)
  const to = from?.nodeId === 1 ? 2 : 1
  const allocations = await portsOn(to, 2)
  const moved = panelWith(id, { nodeId: to, allocationId: allocations[0]?.id ?? 0, allocations })
  expect(await sweep(moved)).toMatchObject({ drifts: 1, mended: 0 })
  expect(await open('servers.moved')).toMatchObject([{ severity: 'warning', subject_id: id }])
  const before = [await nodeRow(from?.nodeId ?? 0), await nodeRow(to)]

  const told = await repair(moved, id, 'servers.moved', { dryRun: true })
  expect(told.did).toContain(`on node node-${to} instead of node-${from?.nodeId}`)
  expect(told.did).toMatch(/GB of RAM and .* GB of disk are free there then/)
  expect(await reservationOf(shop.db.q, id)).toEqual(from)

  expect(await repair(moved, id, 'servers.moved')).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  expect(await reservationOf(shop.db.q, id)).toMatchObject({
    nodeId: to,
    state: 'committed',
    allocations: [
      { name: 'game', id: allocations[0]?.id },
      { name: 'query', id: allocations[1]?.id },
    ],
  })
  expect(await shop.order(id)).toMatchObject({ nodeId: to, status: 'provisioned' })
  const after = [await nodeRow(from?.nodeId ?? 0), await nodeRow(to)]
  expect(after.map((row, n) => row.reserved_ram_mb - (before[n]?.reserved_ram_mb ?? 0))).toEqual([-4096, 4096])
  expect(after.map((row, n) => row.free_allocations - (before[n]?.free_allocations ?? 0))).toEqual([2, -2])
  expect(await sweep(moved)).toMatchObject({ drifts: 0 })
})

test('ports that are booked for somebody else are refused, and nothing is changed', async () => {
  const [id, other] = [await delivered(), await delivered()]
  const [mine, theirs] = [await reservationOf(shop.db.q, id), await reservationOf(shop.db.q, other)]
  const to = mine?.nodeId === 1 ? 2 : 1
  const taken = theirs?.allocations ?? []
  const moved = panelWith(id, { nodeId: theirs?.nodeId ?? to, allocationId: taken[0]?.id ?? 0, allocations: taken })
  await sweep(moved)
  const about = await shop.db.q.selectFrom('findings').select('kind').where('status', '=', 'open').where('subject_id', '=', id).execute()
  expect(about).toHaveLength(1)
  await expect(repair(moved, id, about[0]?.kind ?? '', { way: 'follow' })).rejects.toMatchObject({
    code: 'fleet.cannot_follow',
    kind: 'conflict',
  })
  expect([await reservationOf(shop.db.q, id), await reservationOf(shop.db.q, other)]).toEqual([mine, theirs])
})

test('a move that a person calls intended is not asked about again while it is the same', async () => {
  const id = await delivered()
  const allocations = await portsOn(2, 2)
  const from = await reservationOf(shop.db.q, id)
  const to = from?.nodeId === 1 ? 2 : 1
  const moved = panelWith(id, { nodeId: to, allocations })
  const aboutIt = async () => (await open('servers.moved')).filter((one) => one.subject_id === id)
  await sweep(moved)
  const [finding] = (await open('servers.moved')).filter((one) => one.subject_id === id)
  await resolveByHand(shop, { by: BY, id: finding?.id ?? '', reason: 'goes back tomorrow', requestId: null })
  await sweep(moved)
  expect(await aboutIt()).toEqual([])
  await sweep(panelWith(id, { nodeId: to, allocations: allocations.slice(0, 1) }))
  expect(await aboutIt()).toHaveLength(1)
})

test('lost ports that somebody else has by now: the books take those that the server was given instead', async () => {
  const id = await delivered()
  const booked = await reservationOf(shop.db.q, id)
  const [spare] = await portsOn(booked?.nodeId ?? 0, 1)
  const game = (await server(id)).allocations.find((one) => one.id === booked?.allocations[0]?.id)
  if (!spare || !game) throw new Error('no port to spare')
  const panel = { ...panelWith(id, { allocations: [game, spare] }), patchBuild: async (_call: PanelCall, one: PanelServer) => one }
  await sweep(panel)
  expect(await open('servers.ports_lost')).toHaveLength(1)
  expect(await repair(panel, id, 'servers.ports_lost', { way: 'restore' })).toMatchObject({ mended: false, finding: { status: 'open' } })
  expect(await repair(panel, id, 'servers.ports_lost', { way: 'follow' })).toMatchObject({ mended: true })
  expect((await reservationOf(shop.db.q, id))?.allocations.map((one) => one.id)).toEqual([game.id, spare.id])
  await sweep(panel)
  expect(await open('servers.ports_lost')).toEqual([])
})

test('an unfinished order whose server stands elsewhere, and is as ordered otherwise, follows it and takes it over', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  const [booked, standing] = [await reservationOf(shop.db.q, id), await server(id)]
  const to = booked?.nodeId === 1 ? 2 : 1
  const allocations = await portsOn(to, 2)
  await shop.db.byHand('delete from server_states where order_id = $1', [id])
  await shop.db.byHand('delete from servers_seen where order_id = $1', [id])
  await shop.db.byHand(
    `update orders set pterodactyl_server_id = null, pterodactyl_server_identifier = null, version = version + 1 where id = $1`,
    [id],
  )
  const panel = panelWith(id, { nodeId: to, allocationId: allocations[0]?.id ?? 0, allocations, userId: standing.userId })
  const reconcile = () => reconcileServer({ ...shop, panel }, id, new AbortController().signal)
  await reconcile()
  await shop.clock.advance(MINUTE)
  await reconcile()
  expect(await shop.order(id)).toMatchObject({ status: 'error', failure: { code: 'servers.identity_mismatch' } })
  const told = await repair(panel, id, 'servers.identity_mismatch', { way: 'follow', dryRun: true })
  expect(told.did).toContain('takes the server over')
  await repair(panel, id, 'servers.identity_mismatch', { way: 'follow' })
  await reconcile()
  await shop.clock.advance(MINUTE)
  await reconcile()
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', nodeId: to, pterodactylServerId: String(standing.id) })
  expect(await shop.serversOf(id)).toHaveLength(1)
  expect(await open('servers.identity_mismatch')).toEqual([])
})
