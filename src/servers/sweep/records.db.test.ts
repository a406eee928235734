import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { corrections } from '../../findings/index.ts'
import { place, releaseReservation, reservationOf } from '../../fleet/index.ts'
import { HOUR } from '../../kit/time.ts'
import { note } from '../../orders/index.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import { RESTARTED } from '../watch-installs.ts'
import { sweepPanel } from './sweep-panel.ts'

const shop = await panelWorld()
const history = async (kind: string) =>
  (await shop.db.q.selectFrom('findings').select(['subject_id', 'status']).where('kind', '=', kind).execute()).map(
    (row) => `${row.subject_id} ${row.status}`,
  )
beforeEach(() => shop.noFaults())

const hold = async (): Promise<string> => {
  const id = randomUUID()
  await shop.db.tx((tx) => place(tx, { id, regionId: 'fra', ramMb: 1024, diskMb: 1024, ports: ['game'], at: shop.now() }))
  return id
}

test('room of a checkout that Stripe called over is given back; without a checkout it is named; what somebody wants stays', async () => {
  const [nobody, unknown, waiting] = [await hold(), await hold(), await shop.paidOrder()]
  await shop.db.byHand(
    `insert into checkouts select (jsonb_populate_record(c, jsonb_build_object('id', $1::text, 'state', 'expired', 'stripe_session_id', null))).* from checkouts c where id = $2`,
    [nobody, waiting],
  )
  await shop.clock.advance(HOUR / 2)
  await sweepPanel(shop)
  expect(await reservationOf(shop.db.q, nobody)).not.toBeNull()
  await shop.clock.advance(HOUR)
  await sweepPanel(shop)
  expect(await reservationOf(shop.db.q, nobody)).toBeNull()
  expect(await reservationOf(shop.db.q, waiting)).not.toBeNull()
  expect(await reservationOf(shop.db.q, unknown)).not.toBeNull()
  expect((await history('servers.hold_leaked')).sort()).toEqual([`${nobody} resolved`, `${unknown} open`].sort())
  expect(await corrections(shop.db.q)).toMatchObject({ 'servers.hold_leaked': 1 })
  await shop.db.tx((tx) => releaseReservation(tx, unknown))
  await sweepPanel(shop)
  expect(await history('servers.hold_leaked')).not.toContain(`${unknown} open`)
})

test('an order that nothing would look at any more is made due', async () => {
  const id = await shop.paidOrder()
  await shop.db.byHand('update orders set next_check_at = null where id = $1', [id])
  await sweepPanel(shop)
  expect((await shop.order(id)).nextCheckAt).not.toBeNull()
  expect(await corrections(shop.db.q)).toMatchObject({ lost_wake: 1 })
})

test('an account that the panel no longer has is forgotten, and the next order makes it anew', async () => {
  const user = await shop.customer()
  await shop.db.q
    .insertInto('external_accounts')
    .values({
      ...{ user_id: user, pterodactyl_user_id: 99_999, panel_username: 'gone', panel_email: 'gone@example.com' },
      ...{ created_at: shop.now(), updated_at: shop.now() },
    })
    .execute()
  await sweepPanel(shop)
  expect(await history('accounts.panel_user_gone')).toEqual([`${user} resolved`])
  const id = await shop.paidOrder(user)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'installing' })
})

test('a port that the panel no longer has is named', async () => {
  const id = await shop.paidOrder()
  await shop.db.byHand('update node_allocations set gone_at = now() where reservation_id = $1 and port_name = $2', [id, 'query'])
  await sweepPanel(shop)
  expect(await history('servers.allocation_gone')).toEqual([`${id} open`])
  await shop.db.byHand('update node_allocations set gone_at = null where reservation_id = $1', [id])
  await sweepPanel(shop)
  expect(await history('servers.allocation_gone')).toEqual([`${id} resolved`])
})

test('a hundred thousand servers cost one call for five hundred, and a few more', async () => {
  const [model] = await modelServer()
  const asked: number[] = []
  const serversPage: typeof shop.panel.serversPage = async (_call, page) => {
    asked.push(page)
    const first = 1_000_000 + (page - 1) * 500
    const items = Array.from({ length: 500 }, (_, n) => ({ ...model, id: first + n, externalId: randomUUID() }))
    return { items, last: page === 200 }
  }
  const before = process.memoryUsage().heapUsed
  const result = await sweepPanel({ ...shop, panel: { ...shop.panel, serversPage } })
  expect(result).toMatchObject({ servers: 100_000, strangers: 100_000, pages: 200 })
  expect(result?.calls).toBeLessThanOrEqual(250)
  expect(asked).toHaveLength(200)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000)
})

async function modelServer(): Promise<[PanelServer]> {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  const found = await shop.panel.serverByExternalId({ share: 'staff' }, id)
  if (!found) throw new Error('no server to copy')
  return [found]
}

test('installations that ended with a restart of the daemon are asked about, never repaired on suspicion', async () => {
  const ids = await Promise.all([1, 2, 3].map(() => shop.paidOrder()))
  for (const id of ids) await shop.reconcile(id)
  await shop.pass(60_000, ids, 60_000)
  for (const id of ids) await shop.db.tx((tx) => note(tx, id, RESTARTED, {}, shop.now()))
  shop.calls.length = 0
  await sweepPanel(shop)
  expect((await history('servers.install_doubtful')).sort()).toEqual(ids.map((id) => `${id} open`).sort())
  expect(shop.calls.filter((call) => call.method !== 'GET')).toEqual([])
  const running = { ...shop.panel, powerState: async () => 'running' as const }
  await sweepPanel({ ...shop, panel: running })
  expect((await history('servers.install_doubtful')).sort()).toEqual(ids.map((id) => `${id} resolved`).sort())
})
