import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { openFinding, repairFinding } from '../../findings/index.ts'
import { place, reservationOf } from '../../fleet/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { HOUR, MINUTE } from '../../kit/time.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { createStripe } from '../../outside/stripe/index.ts'
import type { Session } from '../../outside/stripe/types.ts'
import { unpaidRepairs } from './repairs.ts'
import { sweepPanel } from './sweep-panel.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const nowhere = createStripe({ secretKey: 'sk_test_none', webhookSecrets: ['whsec_x'], app: 'x', hooks: { after: async () => undefined } })
let session: Partial<Session> | null = null
const stripe: typeof nowhere = { ...nowhere, session: async () => session as Session | null }
beforeEach(() => shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`))

/** An order's server, and then only its checkout, in this state. */
async function serverOfCheckout(state: string): Promise<string> {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  await shop.db.byHand('alter table orders disable trigger orders_refuse_delete')
  for (const table of ['server_states', 'servers_seen']) await shop.db.byHand(`delete from ${table} where order_id = $1`, [id])
  await shop.db.byHand('delete from orders where id = $1', [id])
  await shop.db.byHand('update checkouts set state = $2 where id = $1', [id, state])
  return id
}
const open = async (kind: string) =>
  shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const repair = async (kind: string, id: string, dryRun = false) => {
  const finding = (await open(kind)).find((one) => one.subject_id === id)
  const ask = { id: finding?.id ?? '', by: BY, reason: 'looked', way: null, dryRun, requestId: null }
  return repairFinding({ ...shop, stripe }, unpaidRepairs, ask)
}
const stands = async (id: string) => (await shop.panel.serverByExternalId(CALL, id)) !== null

test.each([
  ['open', { status: 'open', paymentStatus: 'unpaid' }],
  ['paying', { status: 'complete', paymentStatus: 'unpaid' }],
  ['paid', { status: 'complete', paymentStatus: 'paid' }],
  ['expired', { status: 'complete', paymentStatus: 'paid' }],
  ['expired', { status: 'open', paymentStatus: 'unpaid' }],
  ['expired', null],
] as const)('a server of a checkout that is %s here, and %o at Stripe, is never deleted', async (state, atStripe) => {
  const id = await serverOfCheckout(state)
  await shop.db.byHand('update checkouts set stripe_session_id = $2 where id = $1', [id, `cs_${id}`])
  session = atStripe
  await shop.db.tx((tx) =>
    openFinding(tx, {
      kind: 'servers.server_of_checkout',
      severity: 'warning',
      subject: { type: 'order', id },
      summary: 'S',
      remedy: 'R',
      at: shop.now(),
    }),
  )
  await expect(repair('servers.server_of_checkout', id)).rejects.toMatchObject({ code: 'servers.not_repairable' })
  await expect(repair('servers.server_of_checkout', id, true)).rejects.toMatchObject({ code: 'servers.not_repairable' })
  expect(await stands(id)).toBe(true)
  expect(await open('servers.server_of_checkout')).toHaveLength(1)
})

test('one of a checkout that Stripe calls over is named, and deleted when a person says so', async () => {
  const id = await serverOfCheckout('expired')
  await shop.clock.advance(10 * MINUTE)
  await sweepPanel(shop)
  session = { status: 'expired', paymentStatus: 'unpaid' }
  expect((await repair('servers.server_of_checkout', id, true)).did).toMatch(/^Delete the server .+ with all its files/)
  expect(await stands(id)).toBe(true)
  expect(await repair('servers.server_of_checkout', id)).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  expect(await stands(id)).toBe(false)
})

test('one that somebody deleted on the panel is closed by the next sweep', async () => {
  const id = await serverOfCheckout('expired')
  await sweepPanel(shop)
  const server = await shop.panel.serverByExternalId(CALL, id)
  await shop.panel.deleteServer(CALL, server?.id ?? 0)
  await sweepPanel(shop)
  expect((await open('servers.server_of_checkout')).filter((one) => one.subject_id === id)).toEqual([])
})

test('room that is booked for nobody is freed by a person, not while a paid session of it waits', async () => {
  const id = randomUUID()
  await shop.db.tx((tx) => place(tx, { id, regionId: 'fra', ramMb: 1024, diskMb: 1024, ports: ['game'], at: shop.now() }))
  await shop.clock.advance(2 * HOUR)
  await sweepPanel(shop)
  const [named] = (await open('servers.hold_leaked')).filter((one) => one.subject_id === id)
  expect(named).toMatchObject({ evidence: { over: false, serverId: null } })
  await shop.db.tx((tx) =>
    openFinding(tx, {
      kind: 'billing.unknown_checkout',
      severity: 'critical',
      subject: { type: 'checkout', id },
      summary: 'S',
      remedy: 'R',
      at: shop.now(),
    }),
  )
  await expect(repair('servers.hold_leaked', id)).rejects.toMatchObject({ code: 'servers.not_repairable' })
  await shop.db.byHand(`update findings set status = 'resolved' where kind = 'billing.unknown_checkout'`)
  expect((await repair('servers.hold_leaked', id, true)).did).toMatch(/^Free 1024 MiB of RAM, 1024 MiB of disk and 1 ports of node/)
  expect(await reservationOf(shop.db.q, id)).not.toBeNull()
  expect(await repair('servers.hold_leaked', id)).toMatchObject({ mended: true })
  expect(await reservationOf(shop.db.q, id)).toBeNull()
})
