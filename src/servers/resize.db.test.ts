import { beforeEach, describe, expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { asFailure } from '../kit/failure.ts'
import { HOUR, MINUTE, SECOND } from '../kit/time.ts'
import { cancelOrder, changePlan, lockOrder, saveOrder } from '../orders/index.ts'
import type { PanelCall } from '../outside/panel/types.ts'
import { reconcileServer } from './reconcile.ts'
import { sweepPanel } from './sweep/sweep-panel.ts'

const shop = await panelWorld()
const OPERATOR = { kind: 'user', id: 'op', role: 'operator' } as const
const CALL: PanelCall = { share: 'staff' }
const PATCH = 'PATCH /api/application/servers/'
const SMALL = { memory: 2048, swap: 0, disk: 5120, io: 500, cpu: 100 }
const MIDDLE = { memory: 4096, swap: 0, disk: 10_240, io: 500, cpu: 200 }
const LARGE = { memory: 8192, swap: 0, disk: 20_480, io: 500, cpu: 400 }
await shop.db.byHand(`
  insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb, backups) values
    ('mc-2', 'mc-paper', '2 GB', 2, 1, 5, 1), ('mc-8', 'mc-paper', '8 GB', 8, 4, 20, 3), ('mc-8-unpriced', 'mc-paper', '8 GB', 8, 4, 20, 1),
    ('mc-4-backups', 'mc-paper', '4 GB and backups', 4, 2, 10, 5);
  insert into plan_prices (plan_id, term, currency, amount_cents, stripe_price_id) values
    ('mc-2', 'monthly', 'usd', 600, 'price_2'), ('mc-8', 'monthly', 'usd', 1800, 'price_8'), ('mc-4-backups', 'monthly', 'usd', 1200, 'price_4b'),
    ('mc-8-unpriced', 'monthly', 'usd', 1800, null);
  update plan_prices set stripe_price_id = 'price_4' where plan_id = 'mc-4' and term = 'monthly'`)

const delivered = async (): Promise<string> => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned' })
  shop.calls.length = 0
  return id
}
const change = (id: string, planId: string, also: { dryRun?: boolean } = {}) =>
  changePlan(shop, { by: OPERATOR, orderId: id, planId, reason: 'asked for', ...also })
const refused = async (doing: Promise<unknown>) =>
  asFailure(
    await doing.then(
      () => new Error('not refused'),
      (thrown) => thrown,
    ),
  ).code
const server = async (id: string) => {
  const [one, ...others] = await shop.serversOf(id)
  if (!one || others.length > 0) throw new Error(`${others.length + 1} servers of ${id}`)
  return one
}
const limits = async (id: string) => (await server(id)).limits
const held = async (id: string) => {
  const row = await shop.db.q
    .selectFrom('reservations')
    .select(['ram_mb', 'disk_mb', 'node_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ram: row.ram_mb, disk: row.disk_mb }
}
const patches = () => shop.calls.filter((call) => `${call.method} ${call.path}`.startsWith(PATCH)).length
const titles = async (id: string) =>
  (
    await shop.db.q.selectFrom('order_events').select('title').where('order_id', '=', id).where('kind', '=', 'note').orderBy('id').execute()
  ).map((row) => row.title)
const findingsOf = async (id: string) =>
  (await shop.db.q.selectFrom('findings').select('kind').where('subject_id', '=', id).execute()).map((row) => row.kind)
/** The counters of every node against what stands in the rows. */
const wrongCounters = async () =>
  (
    await shop.db.pool.query(`select n.id from ptero_nodes n left join reservations r on r.node_id = n.id group by n.id
      having n.reserved_ram_mb <> coalesce(sum(r.ram_mb), 0) or n.reserved_disk_mb <> coalesce(sum(r.disk_mb), 0)`)
  ).rows

beforeEach(async () => {
  shop.noFaults()
  await shop.db.q.deleteFrom('findings').execute()
})

test('a larger plan: room first, then one look and one call, then it is done and told', async () => {
  const id = await delivered()
  const before = await server(id)
  const { did } = await change(id, 'mc-8')
  expect(did).toMatch(/Castle on .* goes from 4 GB \(4 GB RAM.*\) to 8 GB .*4 GB RAM and 10 GB disk more are held/)
  expect(await held(id)).toEqual({ ram: 8192, disk: 20_480 })
  expect(await shop.order(id)).toMatchObject({
    planId: 'mc-8',
    planChange: { n: 1, from: 'mc-4', to: 'mc-8', price: { id: 'price_8' }, resizedAt: null },
  })
  await shop.clock.advance(MINUTE)
  shop.calls.length = 0
  await shop.reconcile(id)
  expect(shop.calls.map((call) => call.method)).toEqual(['GET', 'PATCH'])
  expect(await server(id)).toMatchObject({ limits: LARGE, featureLimits: { databases: 1, backups: 3, allocations: 2 } })
  expect(await server(id)).toMatchObject({ externalId: id, allocationId: before.allocationId, name: before.name })
  expect(await shop.order(id)).toMatchObject({
    status: 'provisioned',
    failure: null,
    planChange: { resizedAt: expect.any(Date), pricedAt: null },
  })
  expect(await titles(id)).toEqual(expect.arrayContaining(['Plan changed from 4 GB to 8 GB', 'The server has the limits of 8 GB']))
  const audit = await shop.db.q.selectFrom('audit_log').select(['did', 'why']).where('target_id', '=', id).execute()
  expect(audit).toEqual([{ did: 'orders.change_plan', why: 'asked for' }])
  shop.calls.length = 0
  await shop.reconcile(id)
  expect(shop.calls).toEqual([])
  expect(await wrongCounters()).toEqual([])
})

test('a smaller plan: its room is given back only once the panel has the smaller limits', async () => {
  const id = await delivered()
  await change(id, 'mc-2')
  expect(await held(id)).toEqual({ ram: 4096, disk: 10_240 })
  shop.fault({ kind: 'down', match: PATCH, times: 1 })
  await shop.reconcile(id)
  expect(await held(id)).toEqual({ ram: 4096, disk: 10_240 })
  await shop.pass(MINUTE, [id])
  expect(await limits(id)).toEqual(SMALL)
  expect(await held(id)).toEqual({ ram: 2048, disk: 5120 })
  expect(await wrongCounters()).toEqual([])
})

test('the same size with other features is one call all the same', async () => {
  const id = await delivered()
  await change(id, 'mc-4-backups')
  await shop.reconcile(id)
  expect(patches()).toBe(1)
  expect(await server(id)).toMatchObject({ limits: MIDDLE, featureLimits: { backups: 5 } })
})

describe('refused, and nothing is written', () => {
  const unchanged = async (id: string) => {
    expect(await shop.order(id)).toMatchObject({ planId: 'mc-4', planChange: null })
    expect(await held(id)).toEqual({ ram: 4096, disk: 10_240 })
  }
  test('what does not fit on its node', async () => {
    const id = await delivered()
    await shop.db.byHand('update ptero_nodes set reserved_headroom_gb = max_ram_gb - (reserved_ram_mb + 2048) / 1024.0')
    const failure = asFailure(await change(id, 'mc-8').catch((thrown: unknown) => thrown))
    expect(failure).toMatchObject({ code: 'fleet.no_room_on_node', kind: 'full', status: 409 })
    expect(failure.say).toMatch(/2 GB of RAM are missing/)
    expect(failure.next).toMatch(/cannot move a server/)
    await unchanged(id)
    expect(await refused(change(id, 'mc-8', { dryRun: true }))).toBe('fleet.no_room_on_node')
    await change(id, 'mc-2')
    await shop.db.byHand('update ptero_nodes set reserved_headroom_gb = 0')
  })
  test('on trial: a dry run', async () => {
    const id = await delivered()
    expect((await change(id, 'mc-8', { dryRun: true })).did).toMatch(/8 GB RAM/)
    await unchanged(id)
    expect(await titles(id)).not.toContain('Plan changed from 4 GB to 8 GB')
  })
  test('a plan without a published price, of no recipe of ours, withdrawn, or the one it has', async () => {
    const id = await delivered()
    await shop.db.byHand(`insert into recipes (id, game_id, variant, egg_id) values ('mc-other', 'minecraft', 'Other', 5) on conflict do nothing;
      insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('mc-o', 'mc-other', '8 GB', 8, 4, 20) on conflict do nothing`)
    expect(await refused(change(id, 'mc-8-unpriced'))).toBe('orders.plan_not_sold')
    expect(await refused(change(id, 'none'))).toBe('orders.plan_not_sold')
    expect(await refused(change(id, 'mc-o'))).toBe('orders.plan_of_other_recipe')
    expect(await refused(change(id, 'mc-4'))).toBe('orders.has_that_plan')
    await shop.db.byHand(`update plans set withdrawn_at = now() where id = 'mc-8'`)
    expect(await refused(change(id, 'mc-8'))).toBe('orders.plan_not_sold')
    await shop.db.byHand(`update plans set withdrawn_at = null where id = 'mc-8'`)
    await unchanged(id)
  })
  test('an order that is not delivered, suspended, canceled, or unknown', async () => {
    const paid = await shop.paidOrder()
    expect(await refused(change(paid, 'mc-8'))).toBe('orders.plan_not_changeable')
    const id = await delivered()
    await shop.db.tx(async (tx) =>
      saveOrder(
        tx,
        await lockOrder(tx, id),
        { suspendedAt: shop.now(), suspendedReason: 'unpaid' },
        { title: 't', by: 't', at: shop.now() },
      ),
    )
    expect(await refused(change(id, 'mc-8'))).toBe('orders.plan_not_changeable')
    await cancelOrder(shop, { by: OPERATOR, orderId: id, reason: 'over', refund: false, deleteServer: false })
    expect(await refused(change(id, 'mc-8'))).toBe('orders.plan_not_changeable')
    expect(await refused(change(crypto.randomUUID(), 'mc-8'))).toBe('orders.unknown')
    await unchanged(id)
  })
})

describe('a change whose call goes wrong', () => {
  test.each([
    ['504 after patching', 'error_after'],
    ['a proxy’s 502 page', 'html'],
    ['connection closed', 'down'],
  ] as const)('%s: waited out, looked at, done', async (_, kind) => {
    const id = await delivered()
    await change(id, 'mc-8')
    shop.fault({ kind, match: PATCH, times: 1 })
    await shop.reconcile(id)
    expect(await shop.order(id)).toMatchObject({ status: 'provisioned', failure: { kind: 'unavailable' }, planChange: { resizedAt: null } })
    await shop.pass(MINUTE, [id])
    expect(await limits(id)).toEqual(LARGE)
    expect(await shop.order(id)).toMatchObject({ failure: null, planChange: { n: 1, resizedAt: expect.any(Date) } })
    expect(patches()).toBeLessThanOrEqual(2)
  })

  test('a crash between intent and call: looked at after 35 s, then done', async () => {
    const id = await delivered()
    await change(id, 'mc-8')
    const stopped = new AbortController()
    const patchBuild = () => {
      stopped.abort()
      return Promise.reject(new Error('cut off'))
    }
    await reconcileServer({ ...shop, panel: { ...shop.panel, patchBuild } }, id, stopped.signal)
    await shop.clock.advance(34 * SECOND)
    await shop.reconcile(id)
    expect(patches()).toBe(0)
    await shop.pass(MINUTE, [id])
    expect(patches()).toBe(1)
    expect(await limits(id)).toEqual(LARGE)
  })

  test('a crash between call and save: seen to be done, no second call', async () => {
    const id = await delivered()
    await change(id, 'mc-2')
    const stopped = new AbortController()
    const patchBuild: typeof shop.panel.patchBuild = async (...ask) => {
      await shop.panel.patchBuild(...ask)
      stopped.abort()
      throw new Error('killed')
    }
    await reconcileServer({ ...shop, panel: { ...shop.panel, patchBuild } }, id, stopped.signal)
    expect(await held(id)).toEqual({ ram: 4096, disk: 10_240 })
    await shop.pass(MINUTE, [id])
    expect(patches()).toBe(1)
    expect(await held(id)).toEqual({ ram: 2048, disk: 5120 })
    expect(await shop.order(id)).toMatchObject({ planChange: { resizedAt: expect.any(Date) } })
  })

  test('a refused field: named, tried again every few minutes, and back is always open', async () => {
    const id = await delivered()
    await change(id, 'mc-8')
    await shop.db.byHand(`update plans set withdrawn_at = now() where id = 'mc-4'`)
    shop.fault({ kind: 'refuse_field', match: PATCH, field: 'limits.memory' })
    await shop.reconcile(id)
    expect(await shop.order(id)).toMatchObject({
      status: 'provisioned',
      failure: { code: 'servers.resize_refused', field: 'limits.memory', next: expect.stringMatching(/another plan/) },
    })
    expect(await shop.openFindings()).toEqual(['servers.resize_refused'])
    const { did } = await change(id, 'mc-4')
    expect(did).toMatch(/given back/)
    expect(await shop.order(id)).toMatchObject({ planId: 'mc-4', planChange: { n: 2, from: 'mc-4', to: 'mc-4', price: null } })
    shop.noFaults()
    await shop.clock.advance(MINUTE)
    await shop.reconcile(id)
    expect(await held(id)).toEqual({ ram: 4096, disk: 10_240 })
    expect(await limits(id)).toEqual(MIDDLE)
    expect(await shop.openFindings()).toEqual([])
    await shop.db.byHand(`update plans set withdrawn_at = null where id = 'mc-4'`)
  })
})

test('run twice, and by two at once: the call goes out once', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  await Promise.all([shop.reconcile(id), shop.reconcile(id)])
  await shop.pass(MINUTE, [id])
  expect(patches()).toBe(1)
  expect(await limits(id)).toEqual(LARGE)
})

test('two changes at once: one after the other, and the last one stands', async () => {
  const id = await delivered()
  await Promise.all([change(id, 'mc-8'), change(id, 'mc-2')])
  const { planId, planChange } = await shop.order(id)
  expect(planChange).toMatchObject({ n: 2, from: 'mc-4', to: planId })
  expect(await held(id)).toEqual({ ram: 8192, disk: 20_480 })
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(await limits(id)).toEqual(planId === 'mc-8' ? LARGE : SMALL)
  expect(await held(id)).toEqual(planId === 'mc-8' ? { ram: 8192, disk: 20_480 } : { ram: 2048, disk: 5120 })
  expect(await wrongCounters()).toEqual([])
})

test('changed again while the panel answers: the first is not taken for the second, and no room is given back too early', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  const patchBuild: typeof shop.panel.patchBuild = async (...ask) => {
    const answer = await shop.panel.patchBuild(...ask)
    if ((await shop.order(id)).planId === 'mc-8') await change(id, 'mc-2')
    expect(await held(id)).toEqual({ ram: 8192, disk: 20_480 })
    return answer
  }
  await reconcileServer({ ...shop, panel: { ...shop.panel, patchBuild } }, id, new AbortController().signal)
  await shop.pass(MINUTE, [id])
  expect(await limits(id)).toEqual(SMALL)
  expect(await held(id)).toEqual({ ram: 2048, disk: 5120 })
  expect(await shop.order(id)).toMatchObject({ planId: 'mc-2', planChange: { n: 2, from: 'mc-4' } })
})

test('asked for again while the panel has not followed: tried at once, and no second change', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  shop.fault({ kind: 'error_before', match: PATCH, status: 503, times: 1 })
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ failure: { kind: 'unavailable' } })
  await change(id, 'mc-8')
  expect(await shop.order(id)).toMatchObject({ failure: null, planChange: { n: 1, from: 'mc-4' } })
  await shop.pass(MINUTE, [id])
  expect(await limits(id)).toEqual(LARGE)
})

test('the sweep meanwhile calls nothing drifted, and does not take the change back', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  await shop.clock.advance(10 * MINUTE)
  await sweepPanel(shop)
  expect(await limits(id)).toEqual(MIDDLE)
  await shop.reconcile(id)
  await sweepPanel(shop)
  expect(await limits(id)).toEqual(LARGE)
  expect(await findingsOf(id)).toEqual([])
  // Once it is done, other limits are a difference again.
  await shop.panel.patchBuild(CALL, await server(id), {
    limits: SMALL,
    featureLimits: { databases: 1, backups: 1, allocations: 2 },
    addAllocations: [],
  })
  await sweepPanel(shop)
  expect(await findingsOf(id)).toEqual(['servers.wrong_limits'])
  expect(await limits(id)).toEqual(LARGE)
})

test('the sweep that was about to put old limits back finds the plan changed, and leaves it', async () => {
  const id = await delivered()
  const { id: serverId, allocationId } = await server(id)
  const features = { databases: 1, backups: 1, allocations: 2 }
  await shop.panel.patchBuild(CALL, { id: serverId, allocationId }, { limits: LARGE, featureLimits: features, addAllocations: [] })
  await shop.clock.advance(10 * MINUTE)
  // It waits for the budget meanwhile, which says when its turn has come.
  const patchBuild: typeof shop.panel.patchBuild = async (call, ...ask) => {
    await change(id, 'mc-2')
    await shop.reconcile(id)
    await call.beforeSending?.()
    return shop.panel.patchBuild(call, ...ask)
  }
  await sweepPanel({ ...shop, panel: { ...shop.panel, patchBuild } })
  expect(await limits(id)).toEqual(SMALL)
  expect(await held(id)).toEqual({ ram: 2048, disk: 5120 })
})

test('canceled before the panel followed: nothing is resized any more, and all its room comes back', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  await cancelOrder(shop, { by: OPERATOR, orderId: id, reason: 'over', refund: false, deleteServer: true })
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(patches()).toBe(0)
  expect(await shop.serversOf(id)).toEqual([])
  expect(await shop.db.q.selectFrom('reservations').selectAll().where('id', '=', id).execute()).toEqual([])
  expect(await wrongCounters()).toEqual([])
})

test('a server that is gone: waited for, and looked for again within the hour, also once the order is a day old', async () => {
  const id = await delivered()
  await change(id, 'mc-8')
  await shop.panel.deleteServer(CALL, (await server(id)).id)
  await shop.clock.advance(MINUTE)
  await shop.reconcile(id)
  expect(patches()).toBe(0)
  const inMs = async () => ((await shop.order(id)).nextCheckAt?.getTime() ?? 0) - shop.now().getTime()
  expect(await inMs()).toBeGreaterThan(HOUR - MINUTE)
  expect(await inMs()).toBeLessThanOrEqual(HOUR)
  await shop.clock.advance(25 * HOUR)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'active' })
  expect(await inMs()).toBeGreaterThan(HOUR - MINUTE)
})
