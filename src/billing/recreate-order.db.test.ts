import { afterAll, beforeEach, expect, test } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { publishPrices } from '../catalog/index.ts'
import { repairFinding } from '../findings/index.ts'
import { releaseReservation, reservationOf, syncFleet } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { HOUR, MINUTE } from '../kit/time.ts'
import { openCheckout } from '../orders/index.ts'
import { createStripe } from '../outside/stripe/index.ts'
import { findStanding, sweepPanel } from '../servers/index.ts'
import { billingRepairs, sweepStripe } from './index.ts'
import { takeSession } from './take-session.ts'

const shop = await panelWorld()
const till = await startStripe({ clock: shop.clock, journal: openJournal(null), faults: createFaults(openJournal(null)) })
afterAll(() => till.close())
const stripe = createStripe({
  secretKey: till.secretKey,
  webhookSecrets: ['whsec_x'],
  app: 'givrwrld',
  host: till.host,
  port: till.port,
  protocol: 'http',
  now: shop.clock.now,
  hooks: { after: async () => undefined },
})
const world = {
  ...shop,
  stripe,
  shop: { publicUrl: 'http://shop.test', supportUrl: 'http://shop.test/help', panelUrl: 'http://panel.test', app: 'givrwrld' },
}
await publishPrices(world)
const BY: Actor = { kind: 'cli', id: 'cli:ann', role: 'admin' }
const ASK = { plan_id: 'mc-4', region: 'fra', term: 'monthly', server_name: 'Castle', accept_terms: true } as const

async function paid(userId?: string): Promise<{ id: string; userId: string; sessionId: string }> {
  const owner = userId ?? (await shop.customer())
  const { id } = await openCheckout(world, { by: { kind: 'user', id: owner, role: 'customer' }, verified: true, ask: ASK, clientIp: null })
  const row = await shop.db.q.selectFrom('checkouts').select('stripe_session_id').where('id', '=', id).executeTakeFirstOrThrow()
  const sessionId = String(row.stripe_session_id)
  till.pay(sessionId)
  return { id, userId: owner, sessionId }
}
async function delivered() {
  const one = await paid()
  const session = await stripe.session({}, one.sessionId)
  if (session) await takeSession(world, session)
  await shop.reconcile(one.id)
  await shop.pass(MINUTE, [one.id])
  expect(await shop.order(one.id)).toMatchObject({ status: 'provisioned' })
  return one
}
/** The database as it was before this checkout, synced with the panel since. */
async function restoreFromBefore(id: string, userId: string): Promise<void> {
  await shop.db.tx((tx) => releaseReservation(tx, id))
  await shop.db.byHand('alter table orders disable trigger orders_refuse_delete')
  for (const table of ['server_states', 'servers_seen', 'order_events', 'subscriptions', 'payments'])
    await shop.db.byHand(`delete from ${table} where order_id = $1`, [id])
  for (const table of ['orders', 'checkouts']) await shop.db.byHand(`delete from ${table} where id = $1`, [id])
  for (const table of ['external_accounts', 'stripe_customers']) await shop.db.byHand(`delete from ${table} where user_id = $1`, [userId])
  await shop.db.byHand('update stripe_sweep set cursor_at = $1', [new Date(shop.now().getTime() - 2 * HOUR)])
  await syncFleet(shop)
}
const findings = (id: string) => shop.db.q.selectFrom('findings').selectAll().where('subject_id', '=', id).orderBy('opened_at').execute()
const repair = async (id: string, more: { way?: string; dryRun?: boolean } = {}, over: Partial<typeof world> = {}) => {
  const { way = 'recreate', dryRun = false } = more
  const [finding] = (await findings(id)).filter((one) => one.status === 'open')
  const ask = { id: finding?.id ?? '', by: BY, reason: 'a backup was restored', way, dryRun, requestId: null }
  return repairFinding({ ...world, ...over }, billingRepairs<typeof world>(findStanding), ask)
}
const ordersOf = (id: string) => shop.db.q.selectFrom('orders').select('id').where('id', '=', id).execute()
const sweep = async () => {
  await shop.clock.advance(2 * MINUTE)
  return sweepStripe(world)
}

beforeEach(() => shop.noFaults())

test('the database is from before the checkout, Stripe has the money, the panel the server: one order again, its server adopted', async () => {
  const { id, userId } = await delivered()
  const [booked, before] = [await reservationOf(shop.db.q, id), await shop.order(id)]
  await restoreFromBefore(id, userId)
  await sweep()
  const [finding] = await findings(id)
  expect(finding).toMatchObject({ kind: 'billing.unknown_checkout', severity: 'critical', evidence: { ways: ['recreate', 'refund'] } })

  const told = await repair(id, { dryRun: true })
  expect(told.did).toMatch(/^Make the checkout and the order of c\w+@example\.com again: mc-4 in fra, monthly, “Castle”, paid 1000 usd\./)
  expect(told.did).toContain(`Its server ${before.pterodactylServerIdentifier} stands on the panel`)
  expect(await ordersOf(id)).toEqual([])

  expect(await repair(id)).toMatchObject({ mended: true, finding: { status: 'resolved' } })
  expect(await ordersOf(id)).toHaveLength(1)
  expect((await reservationOf(shop.db.q, id))?.allocations).toEqual(booked?.allocations)
  await shop.pass(2 * MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({
    status: 'provisioned',
    userId,
    serverName: 'Castle',
    createdAt: before.createdAt,
    pterodactylServerId: before.pterodactylServerId,
    stripeSubscriptionId: before.stripeSubscriptionId,
  })
  expect(await shop.serversOf(id)).toHaveLength(1)
  await sweep()
  expect((await findings(id)).filter((one) => one.status === 'open')).toEqual([])
  expect(await sweepPanel(shop)).toMatchObject({ drifts: 0, missing: 0 })
})

test('without a server it is delivered as if paid now; without the customer it is refused until that one signed up again', async () => {
  const { id, userId } = await paid()
  await restoreFromBefore(id, userId)
  const { email } = await shop.db.q.selectFrom('auth.user').select('email').where('id', '=', userId).executeTakeFirstOrThrow()
  await shop.db.byHand('delete from auth."user" where id = $1', [userId])
  await sweep()
  await expect(repair(id)).rejects.toMatchObject({ code: 'billing.not_repairable', say: expect.stringContaining(email) })
  const again = await shop.customer()
  await shop.db.byHand('update auth."user" set email = $2, "emailVerified" = false where id = $1', [again, email])
  await expect(repair(id)).rejects.toMatchObject({ code: 'billing.not_repairable' })
  await shop.db.byHand('update auth."user" set "emailVerified" = true where id = $1', [again])
  expect((await repair(id, { dryRun: true })).did).toContain('No server of it stands on the panel')
  await repair(id)
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', userId: again })
  expect(await shop.serversOf(id)).toHaveLength(1)
})

test('another price is shown by the dry run and refused; the money goes back, and the sweep does not ask again', async () => {
  const { id, userId, sessionId } = await paid()
  await restoreFromBefore(id, userId)
  await sweep()
  await shop.db.byHand(`update plan_prices set amount_cents = 1200 where plan_id = 'mc-4' and term = 'monthly'`)
  expect((await repair(id, { dryRun: true })).did).toMatch(/^Nothing: 1000 usd were paid, and mc-4 costs 1200 usd\./)
  await expect(repair(id)).rejects.toMatchObject({ code: 'billing.not_repairable' })
  await shop.db.byHand(`update plan_prices set amount_cents = 1000 where plan_id = 'mc-4' and term = 'monthly'`)
  expect((await repair(id, { way: 'refund', dryRun: true })).did).toMatch(/^End the subscription sub_\w+ and give back every payment/)
  expect(await repair(id, { way: 'refund' })).toMatchObject({ did: 'Gave back 1000 of 1000 cents (usd).', mended: true })
  const session = await stripe.session({}, sessionId)
  expect(await stripe.subscription({}, session?.subscriptionId ?? '')).toMatchObject({ status: 'canceled' })
  await shop.db.byHand('update stripe_sweep set cursor_at = $1', [new Date(shop.now().getTime() - 2 * HOUR)])
  await sweep()
  expect(await findings(id)).toMatchObject([{ status: 'resolved' }])
  expect(await ordersOf(id)).toEqual([])
})

test('a session of before its purchase was kept with it can only be refunded', async () => {
  const { id, userId } = await paid()
  await restoreFromBefore(id, userId)
  const forgetful: typeof stripe = {
    ...stripe,
    session: async (call, sessionId) => {
      const session = await stripe.session(call, sessionId)
      return session && { ...session, bought: null }
    },
  }
  await shop.clock.advance(2 * MINUTE)
  await sweepStripe({ ...world, stripe: forgetful })
  expect(await findings(id)).toMatchObject([{ evidence: { ways: ['refund'] }, remedy: expect.stringContaining('too little') }])
  await expect(repair(id, {}, { stripe: forgetful })).rejects.toMatchObject({ code: 'billing.not_repairable' })
  expect(await repair(id, { way: 'refund' }, { stripe: forgetful })).toMatchObject({ mended: true })
})

test('cut off in the middle, the repair goes on where it was; an order that came otherwise closes the finding', async () => {
  const { id, userId } = await paid()
  await restoreFromBefore(id, userId)
  await sweep()
  let left = 1
  const dying: typeof shop.db = {
    ...shop.db,
    tx: (body) => {
      left -= 1
      return left < 0 ? Promise.reject(new Error('killed')) : shop.db.tx(body)
    },
  }
  await expect(repair(id, {}, { db: dying })).rejects.toThrow('killed')
  expect(await ordersOf(id)).toEqual([])
  expect((await repair(id)).did).toBe('Make the order of its checkout, which is known again.')
  expect(await ordersOf(id)).toHaveLength(1)

  const other = await paid()
  await restoreFromBefore(other.id, other.userId)
  await sweep()
  expect(await findings(other.id)).toMatchObject([{ status: 'open' }])
  await repair(other.id)
  await shop.db.byHand(`update findings set status = 'open' where subject_id = $1`, [other.id])
  await sweep()
  expect(await findings(other.id)).toMatchObject([{ status: 'resolved', resolve_reason: 'Its order is there.' }])
})

test('a page asked for again is the same request, also when the server was named anew meanwhile', async () => {
  const by: Actor = { kind: 'user', id: await shop.customer(), role: 'customer' }
  const open = (name: string) => openCheckout(world, { by, verified: true, ask: { ...ASK, server_name: name }, clientIp: null })
  const first = await open('First')
  const row = () => shop.db.q.selectFrom('checkouts').selectAll().where('id', '=', first.id).executeTakeFirstOrThrow()
  const { stripe_session_id: sessionId } = await row()
  await shop.db.byHand(`update checkouts set state = 'opening', stripe_session_id = null, stripe_session_url = null where id = $1`, [
    first.id,
  ])
  expect(await open('Second')).toEqual(first)
  expect(await row()).toMatchObject({ stripe_session_id: sessionId, server_name: 'Second', asked_as: 'First', key_version: 1 })
  expect((await stripe.session({}, sessionId ?? ''))?.bought).toMatchObject({ serverName: 'First', userId: by.id, planId: 'mc-4' })
})

test('a page that an older version asked for with other words is found again, not made twice', async () => {
  const by: Actor = { kind: 'user', id: await shop.customer(), role: 'customer' }
  const open = (till: typeof stripe) => openCheckout({ ...world, stripe: till }, { by, verified: true, ask: ASK, clientIp: null })
  const older: typeof stripe = {
    ...stripe,
    createSession: (call, asked) => stripe.createSession(call, { ...asked, bought: { ...asked.bought, serverName: 'Of before' } }),
  }
  const first = await open(older)
  const row = () => shop.db.q.selectFrom('checkouts').selectAll().where('id', '=', first.id).executeTakeFirstOrThrow()
  const { stripe_session_id: sessionId } = await row()
  const forget = () =>
    shop.db.byHand(`update checkouts set state = 'opening', stripe_session_id = null, stripe_session_url = null where id = $1`, [first.id])
  await forget()
  expect(await open(stripe)).toEqual(first)
  expect(await row()).toMatchObject({ stripe_session_id: sessionId, key_version: 1 })
  await forget()
  const lost: typeof stripe = { ...stripe, sessionsOf: async () => [] }
  await open(lost)
  expect(await row()).toMatchObject({ state: 'open', key_version: 2 })
})
