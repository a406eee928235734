import { beforeEach, describe, expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { again } from '../kit/outcome.ts'
import { HOUR, MINUTE, SECOND } from '../kit/time.ts'
import { retryOrder } from '../orders/index.ts'
import { giveUpServer } from './give-up.ts'
import { reconcileServer } from './reconcile.ts'

const shop = await panelWorld()
const CREATE = 'POST /api/application/servers'
const OPERATOR = { kind: 'user', id: 'op', role: 'operator' } as const
const creates = () => shop.calls.filter((call) => `${call.method} ${call.path}` === CREATE).length
const delivered = { status: 'provisioned', failure: null }

beforeEach(async () => {
  shop.noFaults()
  shop.calls.length = 0
  await shop.db.q.deleteFrom('findings').execute()
})

describe('a create whose answer is lost', () => {
  test.each([
    ['504 after creating', 'error_after', undefined],
    ['a proxy’s 502 page', 'html', undefined],
    ['connection closed', 'down', undefined],
    ['panel fails after creating', 'error_after', 500],
  ])('%s: waited out, looked up, one server', async (_, kind, status) => {
    const id = await shop.paidOrder()
    shop.fault({ kind, match: CREATE, times: 1, ...(status ? { status } : {}) })
    await shop.reconcile(id)
    const waiting = await shop.order(id)
    expect(waiting).toMatchObject({ status: 'provisioning', failure: { kind: 'unavailable' } })
    await shop.reconcile(id)
    expect(creates()).toBe(1)
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(await shop.serversOf(id)).toHaveLength(1)
  })

  test('504 after creating is adopted, not made again', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'error_after', match: CREATE, times: 1 })
    await shop.reconcile(id)
    await shop.clock.advance(34 * SECOND)
    await shop.reconcile(id)
    expect((await shop.order(id)).status).toBe('provisioning')
    await shop.clock.advance(SECOND)
    await shop.reconcile(id)
    expect((await shop.order(id)).status).toBe('provisioned')
    expect(creates()).toBe(1)
  })

  test('the daemon hangs: the server that shows meanwhile is not believed, since the panel takes it back', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'daemon_hang', match: CREATE, times: 1 })
    await shop.reconcile(id)
    expect(await shop.serversOf(id)).toHaveLength(1)
    await shop.reconcile(id)
    expect(await shop.order(id)).toMatchObject({ status: 'provisioning', pterodactylServerId: null })
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(await shop.serversOf(id)).toHaveLength(1)
    expect(creates()).toBe(2)
  })

  test('a crash after the intent: as unknown', async () => {
    const id = await shop.paidOrder()
    const stopped = new AbortController()
    // The process ends between its intent and the call; nobody is there to take in what became of it.
    const createServer = () => {
      stopped.abort()
      return Promise.reject(new Error('cut off'))
    }
    const dead = reconcileServer({ ...shop, panel: { ...shop.panel, createServer } }, id, stopped.signal)
    expect(await dead).toEqual(again())
    expect((await shop.order(id)).status).toBe('provisioning')
    await shop.reconcile(id)
    expect(creates()).toBe(0)
    await shop.pass(MINUTE, [id])
    expect(await shop.serversOf(id)).toHaveLength(1)
    await shop.pass(MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
  })

  test('a server of that external id that is not as ordered is never adopted', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'error_after', match: CREATE, times: 1 })
    await shop.reconcile(id)
    const [server] = await shop.serversOf(id)
    await shop.db.q
      .updateTable('external_accounts')
      .set({ pterodactyl_user_id: 1 })
      .where('user_id', '=', (await shop.order(id)).userId)
      .execute()
    await shop.clock.advance(35 * SECOND)
    await shop.reconcile(id)
    expect(await shop.order(id)).toMatchObject({
      status: 'error',
      pterodactylServerId: null,
      failure: { code: 'servers.identity_mismatch' },
    })
    expect(await shop.openFindings()).toContain('servers.identity_mismatch')
    expect((await shop.serversOf(id)).map((one) => [one.id, one.suspended])).toEqual([[server?.id, false]])
  })
})

describe('a create that the panel refuses', () => {
  test('the daemon fails: looked up at once, back to paid, tried again later, one server', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'daemon_error', match: CREATE, status: 500, times: 2 })
    await shop.reconcile(id)
    const order = await shop.order(id)
    expect(order).toMatchObject({ status: 'paid', failureCount: 1, failure: { code: 'servers.daemon_failed', kind: 'unavailable' } })
    expect(order.nextCheckAt && order.nextCheckAt > shop.now()).toBe(true)
    await shop.pass(3 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(creates()).toBe(3)
  })

  test('a refused field: stops, names field and remedy once, and goes on when a person retries', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'refuse_field', match: CREATE, field: 'environment.SERVER_JARFILE', times: 1 })
    await shop.reconcile(id)
    await shop.pass(HOUR / 6, [id], MINUTE)
    const order = await shop.order(id)
    expect(order).toMatchObject({ status: 'error', nextCheckAt: null })
    expect(order.failure).toMatchObject({ code: 'servers.field_refused', kind: 'invalid', field: 'environment.SERVER_JARFILE' })
    expect(order.failure?.next).toContain('recipe mc-paper')
    expect(await shop.openFindings()).toEqual(['servers.field_refused'])
    expect(await shop.mails(id)).toEqual(['order_confirmed', 'trouble'])
    expect(creates()).toBe(1)

    await retryOrder(shop, { by: OPERATOR, orderId: id })
    await shop.reconcile(id)
    await shop.pass(MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(await shop.openFindings()).toEqual([])
  })

  test('a port that somebody took: other ports', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'no_free_ports', match: CREATE, times: 1 })
    const held = () => shop.db.q.selectFrom('node_allocations').select('id').where('reservation_id', '=', id).execute()
    const before = await held()
    await shop.reconcile(id)
    await shop.pass(MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    const after = await held()
    expect(after).toHaveLength(2)
    expect(after).not.toEqual(before)
    expect(creates()).toBe(2)
  })

  test('a port that a server made outside this shop holds: the order gets another, the other server keeps it', async () => {
    const id = await shop.paidOrder()
    const [stolen] = await shop.db.q.selectFrom('node_allocations').select('id').where('reservation_id', '=', id).execute()
    const thief = await shop.panel.createServer(
      { share: 'staff' },
      {
        name: 'By hand',
        externalId: 'by-hand-1',
        userId: 1,
        eggId: 5,
        dockerImage: 'ghcr.io/pterodactyl/yolks:java_21',
        startup: 'java -jar server.jar',
        environment: { SERVER_JARFILE: 'server.jar', BUILD_NUMBER: 'latest' },
        limits: { memory: 1024, swap: 0, disk: 1024, io: 500, cpu: 0 },
        featureLimits: { databases: 0, allocations: 0, backups: 0 },
        allocation: { default: stolen?.id ?? 0, additional: [] },
        startOnCompletion: false,
      },
    )
    await shop.reconcile(id)
    await shop.pass(MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    const [server] = await shop.serversOf(id)
    expect(thief.allocationId).toBe(stolen?.id)
    expect(server?.allocations.map((one) => one.id)).not.toContain(stolen?.id)
  })

  test('no port is ever free: waits for capacity after three other ones', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'no_free_ports', match: CREATE })
    await shop.reconcile(id)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'fleet.no_capacity', kind: 'full' } })
    expect(creates()).toBe(4)
  })

  test('its node takes no servers any more and no other has room: the operator reads what an operator can do', async () => {
    const id = await shop.paidOrder()
    await shop.db.byHand('update ptero_nodes set enabled = false')
    await shop.reconcile(id)
    await shop.db.byHand('update ptero_nodes set enabled = true')
    const next = expect.stringContaining('Enable or add a node')
    expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'fleet.no_capacity', next } })
    await shop.pass(11 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
  })

  test('the customer’s panel user is gone: made again', async () => {
    const user = await shop.customer()
    const first = await shop.paidOrder(user)
    await shop.reconcile(first)
    const id = await shop.paidOrder(user)
    await shop.db.q.updateTable('external_accounts').set({ pterodactyl_user_id: 4_000 }).where('user_id', '=', user).execute()
    await shop.reconcile(id)
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
  })

  test('too many requests: nothing was done, tried again when the panel says', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'too_many_requests', match: CREATE, ms: 20_000, times: 1 })
    await shop.reconcile(id)
    const order = await shop.order(id)
    expect(order).toMatchObject({ status: 'paid', failure: { code: 'servers.panel_throttled' } })
    expect(order.nextCheckAt?.getTime()).toBeGreaterThan(shop.now().getTime() + 15_000)
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(creates()).toBe(2)
  })
})

describe('the panel refuses our key', () => {
  test('orders stay paid, one finding, and go on by themselves when it is back', async () => {
    const ids = [await shop.paidOrder(), await shop.paidOrder()]
    shop.fault({ kind: 'key_refused' })
    for (const id of ids) await shop.reconcile(id)
    for (const id of ids)
      expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: { code: 'servers.panel_key_refused', kind: 'denied' } })
    expect(await shop.openFindings()).toEqual(['servers.panel_key_refused'])
    shop.noFaults()
    await shop.pass(3 * MINUTE, ids)
    for (const id of ids) expect(await shop.order(id)).toMatchObject(delivered)
    expect(await shop.openFindings()).toEqual([])
    const health = await shop.db.q.selectFrom('panel_health').selectAll().executeTakeFirstOrThrow()
    expect(health.refused_since).toBeNull()
  })
})

describe('an installation', () => {
  test('that fails is started again', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'install_fails', times: 1 })
    await shop.reconcile(id)
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(creates()).toBe(1)
  })

  test('that fails again is made anew', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'install_fails', times: 2 })
    await shop.reconcile(id)
    await shop.pass(5 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect(creates()).toBe(2)
    expect(await shop.serversOf(id)).toHaveLength(1)
  })

  test('that always fails needs a person', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'install_fails' })
    await shop.reconcile(id)
    await shop.pass(10 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject({ status: 'error', failure: { code: 'servers.install_failed' } })
    expect(await shop.openFindings()).toEqual(['servers.install_failed'])
    shop.noFaults()
    await retryOrder(shop, { by: OPERATOR, orderId: id })
    await shop.pass(5 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
  })

  test('that never ends is started again after half an hour', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'install_never', times: 1 })
    await shop.reconcile(id)
    await shop.pass(25 * MINUTE, [id], MINUTE)
    expect((await shop.order(id)).status).toBe('installing')
    await shop.pass(10 * MINUTE, [id], MINUTE)
    expect(await shop.order(id)).toMatchObject(delivered)
  })

  test('whose server is deleted on the panel is made anew, once', async () => {
    const id = await shop.paidOrder()
    await shop.reconcile(id)
    const [server] = await shop.serversOf(id)
    await shop.panel.deleteServer({ share: 'staff' }, server?.id ?? 0)
    await shop.pass(2 * MINUTE, [id])
    expect(await shop.order(id)).toMatchObject(delivered)
    expect((await shop.serversOf(id)).map((one) => one.id)).not.toEqual([server?.id])
  })
})

test('a suspension wanted after delivery is made and lifted; one that staff set stays', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  const want = async (suspended_at: Date | null) => {
    await shop.db.q.updateTable('orders').set({ suspended_at }).where('id', '=', id).execute()
    await shop.reconcile(id)
    return (await shop.serversOf(id))[0]?.suspended
  }
  expect(await want(shop.now())).toBe(true)
  expect(await want(null)).toBe(false)
  await shop.panel.suspendServer({ share: 'staff' }, Number((await shop.order(id)).pterodactylServerId))
  expect(await want(null)).toBe(true)
  expect((await shop.order(id)).status).toBe('provisioned')
})

test('an order that our own software fails on again and again goes to a person', async () => {
  const id = await shop.paidOrder()
  await giveUpServer(shop, id)
  expect(await shop.order(id)).toMatchObject({ status: 'error', failure: { code: 'servers.given_up', kind: 'bug' } })
  expect(await shop.openFindings()).toEqual(['servers.given_up'])
})

describe('in SQL, by hand', () => {
  test('canceled: suspended at once, room kept; deleted when asked, room given back', async () => {
    const id = await shop.paidOrder()
    await shop.reconcile(id)
    await shop.pass(MINUTE, [id])
    await shop.db.byHand(`update orders set status = 'canceled' where id = '${id}'`)
    await shop.reconcile(id)
    expect((await shop.serversOf(id))[0]?.suspended).toBe(true)
    const room = () => shop.db.q.selectFrom('reservations').select('id').where('id', '=', id).execute()
    expect(await room()).toHaveLength(1)
    await shop.db.q.updateTable('orders').set({ delete_wanted_at: shop.now() }).where('id', '=', id).execute()
    await shop.reconcile(id)
    expect(await shop.serversOf(id)).toEqual([])
    expect(await room()).toEqual([])
    expect(await shop.order(id)).toMatchObject({ status: 'canceled', nextCheckAt: null })
  })

  test('canceled while a create is in the air: found, suspended, never forgotten', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'error_after', match: CREATE, times: 1 })
    await shop.reconcile(id)
    await shop.db.byHand(`update orders set status = 'canceled' where id = '${id}'`)
    await shop.pass(MINUTE, [id])
    const order = await shop.order(id)
    expect(order.status).toBe('canceled')
    expect(order.pterodactylServerId).not.toBeNull()
    expect((await shop.serversOf(id))[0]?.suspended).toBe(true)
    expect(await shop.openFindings()).toContain('orders.delete_server')
  })

  test('canceled, and its server deleted on the panel by a person: noticed, its room and the question about it closed', async () => {
    const id = await shop.paidOrder()
    await shop.reconcile(id)
    await shop.pass(MINUTE, [id])
    await shop.db.byHand(`update orders set status = 'canceled' where id = '${id}'`)
    await shop.reconcile(id)
    const order = await shop.order(id)
    expect(order.nextCheckAt).not.toBeNull()
    await shop.panel.deleteServer({ share: 'staff' }, Number(order.pterodactylServerId))
    await shop.clock.advance(HOUR)
    await shop.reconcile(id)
    expect(await shop.db.q.selectFrom('reservations').select('id').where('id', '=', id).execute()).toEqual([])
    expect(await shop.openFindings()).toEqual(['orders.refund_payment'])
    expect(await shop.order(id)).toMatchObject({ nextCheckAt: null })
  })

  test('canceled after an error: what was wrong is nobody’s concern any more', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'refuse_field', match: CREATE, field: 'egg', times: 1 })
    await shop.reconcile(id)
    expect(await shop.openFindings()).toEqual(['servers.field_refused'])
    await shop.db.byHand(`update orders set status = 'canceled' where id = '${id}'`)
    await shop.reconcile(id)
    expect(await shop.openFindings()).toEqual(['orders.refund_payment'])
  })

  test('canceled while somebody else’s server stands under its id: neither suspended nor deleted', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'error_after', match: CREATE, times: 1 })
    await shop.reconcile(id)
    await shop.db.q
      .updateTable('external_accounts')
      .set({ pterodactyl_user_id: 999 })
      .where('user_id', '=', (await shop.order(id)).userId)
      .execute()
    await shop.clock.advance(35 * SECOND)
    await shop.reconcile(id)
    expect((await shop.order(id)).failure?.code).toBe('servers.identity_mismatch')
    await shop.db.q
      .updateTable('orders')
      .set({ status: 'canceled', delete_wanted_at: shop.now(), failure: null })
      .where('id', '=', id)
      .execute()
    await shop.reconcile(id)
    expect((await shop.serversOf(id)).map((one) => one.suspended)).toEqual([false])
    expect(await shop.openFindings()).toContain('servers.identity_mismatch')
  })

  test('paid, after an error: tried again', async () => {
    const id = await shop.paidOrder()
    shop.fault({ kind: 'refuse_field', match: CREATE, field: 'egg', times: 1 })
    await shop.reconcile(id)
    expect((await shop.order(id)).status).toBe('error')
    await shop.db.byHand(`update orders set status = 'paid' where id = '${id}'`)
    await shop.reconcile(id)
    expect((await shop.order(id)).status).toBe('installing')
  })
})
