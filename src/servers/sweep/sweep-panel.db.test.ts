import { beforeEach, describe, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { corrections } from '../../findings/index.ts'
import { MINUTE } from '../../kit/time.ts'
import { lockOrder, saveOrder } from '../../orders/index.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { sweepPanel } from './sweep-panel.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const LIMITS = { memory: 4096, swap: 0, disk: 10_240, io: 500, cpu: 200 }

const delivered = async (): Promise<string> => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned' })
  return id
}
const server = async (id: string) => {
  const found = await shop.panel.serverByExternalId(CALL, id)
  if (!found) throw new Error(`no server of ${id}`)
  return found
}
const sweep = async () => {
  await shop.clock.advance(10 * MINUTE)
  return sweepPanel(shop)
}
const findings = async (id: string) =>
  (await shop.db.q.selectFrom('findings').select(['kind', 'status']).where('subject_id', '=', id).orderBy('kind').execute()).map(
    (row) => `${row.kind} ${row.status}`,
  )
const byHand = (id: string, change: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => {
    await saveOrder(tx, await lockOrder(tx, id), change, { title: 'test', by: 'test', at: shop.now(), wake: false })
  })

beforeEach(async () => {
  shop.noFaults()
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
})

test('a fleet that is as ordered: one call a page, no finding', async () => {
  const ids = [await delivered(), await delivered()]
  shop.calls.length = 0
  expect(await sweep()).toMatchObject({ calls: 1, pages: 1, drifts: 0, missing: 0, mended: 0 })
  expect(shop.calls).toHaveLength(1)
  expect((await Promise.all(ids.map(findings))).flat()).toEqual([])
})

describe('what somebody changed on the panel is named and put right within one sweep', () => {
  test('limits', async () => {
    const id = await delivered()
    const features = { databases: -1, backups: 1, allocations: 2 }
    await shop.panel.patchBuild(CALL, await server(id), {
      limits: { ...LIMITS, memory: 16_384 },
      featureLimits: { ...features, databases: 9 },
      addAllocations: [],
    })
    expect(await sweep()).toMatchObject({ drifts: 1, mended: 1 })
    expect(await findings(id)).toEqual(['servers.wrong_limits resolved'])
    expect(await server(id)).toMatchObject({ limits: LIMITS, featureLimits: { databases: 1, backups: 1, allocations: 2 } })
    expect((await server(id)).externalId).toBe(id)
  })

  test('owner', async () => {
    const id = await delivered()
    const before = await server(id)
    await shop.panel.patchDetails(CALL, before, { userId: 1 })
    await sweep()
    expect(await findings(id)).toEqual(['servers.wrong_owner resolved'])
    expect(await server(id)).toMatchObject({ userId: before.userId, externalId: id, name: before.name })
  })

  test('a suspension of ours that was lifted', async () => {
    const id = await delivered()
    await byHand(id, { suspendedAt: shop.now(), suspendedReason: 'unpaid' })
    await shop.reconcile(id)
    const { id: serverId } = await server(id)
    await shop.panel.unsuspendServer(CALL, serverId)
    await sweep()
    expect(await findings(id)).toEqual(['servers.not_suspended open'])
    await shop.reconcile(id)
    expect(await server(id)).toMatchObject({ suspended: true })
    await sweep()
    expect(await findings(id)).toEqual(['servers.not_suspended resolved'])
  })

  test('a suspension that is not ours: asked, and closed when somebody lifts it', async () => {
    const id = await delivered()
    const { id: serverId } = await server(id)
    await shop.panel.suspendServer(CALL, serverId)
    await sweep()
    await shop.reconcile(id)
    expect(await findings(id)).toEqual(['servers.suspended_on_panel open'])
    expect(await server(id)).toMatchObject({ suspended: true })
    await shop.panel.unsuspendServer(CALL, serverId)
    await sweep()
    expect(await findings(id)).toEqual(['servers.suspended_on_panel resolved'])
  })

  test('one server deleted: named, not made again', async () => {
    const id = await delivered()
    await shop.panel.deleteServer(CALL, (await server(id)).id)
    expect(await sweep()).toMatchObject({ missing: 1 })
    await shop.reconcile(id)
    expect(await findings(id)).toEqual(['servers.missing open'])
    expect(await shop.serversOf(id)).toEqual([])
    shop.calls.length = 0
    await sweep()
    expect(shop.calls).toHaveLength(1)
  })

  test('a canceled order whose server was let run again', async () => {
    const id = await delivered()
    await byHand(id, { status: 'canceled', suspendedAt: shop.now(), suspendedReason: 'canceled' })
    await shop.reconcile(id)
    await shop.panel.unsuspendServer(CALL, (await server(id)).id)
    await sweep()
    await shop.reconcile(id)
    expect(await server(id)).toMatchObject({ suspended: true })
    expect(await findings(id)).toContain('servers.canceled_stands resolved')
  })
})

test('strangers are counted and left alone', async () => {
  const like = await server(await delivered())
  const { items } = { items: await shop.panel.allocations(CALL, 2) }
  const free = items.find((one) => !one.assigned)
  await shop.panel.createServer(CALL, {
    name: 'stranger',
    externalId: 'c5e1d9aa-0000-4000-8000-000000000001',
    userId: 1,
    eggId: like.eggId,
    dockerImage: 'ghcr.io/pterodactyl/yolks:java_21',
    startup: 'java',
    environment: like.environment,
    limits: { ...LIMITS, memory: 1 },
    featureLimits: { databases: 0, backups: 0, allocations: 0 },
    allocation: { default: free?.id ?? 0, additional: [] },
    startOnCompletion: false,
  })
  expect(await sweep()).toMatchObject({ strangers: 1, drifts: 0 })
})

test('two sweeps at once: one of them goes', async () => {
  const [begun, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const serversPage: typeof shop.panel.serversPage = async (call, page) => {
    begun.resolve()
    await mayGoOn.promise
    return shop.panel.serversPage(call, page)
  }
  const first = sweepPanel({ ...shop, panel: { ...shop.panel, serversPage } })
  await begun.promise
  expect(await sweepPanel(shop)).toBeNull()
  mayGoOn.resolve()
  expect(await first).not.toBeNull()
})

test('a sweep that is broken off gives its lease back', async () => {
  shop.fault({ kind: 'down', match: 'GET /api/application/servers' })
  await expect(sweepPanel(shop)).rejects.toMatchObject({ kind: 'unavailable' })
  shop.noFaults()
  expect(await sweepPanel(shop)).not.toBeNull()
})

test('what was put right keeps its history: who, why and how often; wrong again it is a new finding', async () => {
  const id = await delivered()
  const before = await corrections(shop.db.q)
  for (const times of [1, 2]) {
    await shop.panel.patchDetails(CALL, await server(id), { userId: 1 })
    await sweep()
    const rows = await shop.db.q
      .selectFrom('findings')
      .select(['status', 'severity', 'resolved_by', 'resolve_reason', 'evidence'])
      .where('subject_id', '=', id)
      .execute()
    const resolved = { status: 'resolved', severity: 'critical', resolved_by: 'sweep', resolve_reason: 'Put right.' }
    expect(rows).toMatchObject(Array.from({ length: times }, () => ({ ...resolved, evidence: { owner: 1 } })))
  }
  const counted = (all: Record<string, number>) => all['servers.wrong_owner'] ?? 0
  expect(counted(await corrections(shop.db.q)) - counted(before)).toBe(2)
  const notes = await shop.db.q
    .selectFrom('order_events')
    .select('title')
    .where('order_id', '=', id)
    .where('title', 'like', 'Put right%')
    .execute()
  expect(notes).toHaveLength(2)
})

test('deleted, suspended, resized and given away on the panel at once: one sweep names each, mends what is safe, asks the rest', async () => {
  const [deleted, suspended, resized, given] = [await delivered(), await delivered(), await delivered(), await delivered()]
  await shop.panel.deleteServer(CALL, (await server(deleted)).id)
  await shop.panel.suspendServer(CALL, (await server(suspended)).id)
  const features = { databases: 1, backups: 1, allocations: 2 }
  await shop.panel.patchBuild(CALL, await server(resized), { limits: { ...LIMITS, cpu: 800 }, featureLimits: features, addAllocations: [] })
  await shop.panel.patchDetails(CALL, await server(given), { userId: 1 })
  expect(await sweep()).toMatchObject({ drifts: 3, mended: 2 })
  expect((await Promise.all([deleted, suspended, resized, given].map(findings))).flat()).toEqual([
    'servers.missing open',
    'servers.suspended_on_panel open',
    'servers.wrong_limits resolved',
    'servers.wrong_owner resolved',
  ])
  const asked = await shop.db.q
    .selectFrom('findings')
    .select('remedy')
    .where('status', '=', 'open')
    .where('kind', 'like', 'servers.%')
    .execute()
  for (const { remedy } of asked) expect(remedy).toMatch(/[Rr]epair this finding/)
})

test('a status set in SQL is put back, verified against the panel, and its finding closed', async () => {
  const id = await delivered()
  await shop.db.byHand(`update orders set status = 'installing' where id = $1`, [id])
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', changedByHand: null })
  expect(await findings(id)).toEqual(['orders.status_changed_by_hand open'])
  await sweep()
  expect(await findings(id)).toEqual(['orders.status_changed_by_hand resolved'])
})
