import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { cancelCheckout } from './cancel-checkout.ts'
import { lookAtOrder } from './look-at-order.ts'
import { settleSession } from './settle-session.ts'

const shop = await sellingWorld()
const sessionCalls = () => shop.calls.filter((call) => `${call.method} ${call.path}` === 'POST /v1/checkout/sessions')
const sessionsAtStripe = async (userId: string) => {
  const row = await shop.db.q
    .selectFrom('stripe_customers')
    .select('stripe_customer_id')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return shop.stripe.sessionsOf({}, row.stripe_customer_id)
}
const sellYearly = async () => {
  const { priceId } = await shop.stripe.ensurePrice(
    {},
    { planId: 'mc-2', planName: '2 GB', term: 'yearly', months: 12, amountCents: 5990, currency: 'usd' },
  )
  await shop.db.byHand(`insert into plan_prices values ('mc-2', 'yearly', 'usd', 5990, $1)`, [priceId])
}
const sellMonthlyOnly = () => shop.db.byHand(`delete from plan_prices where term = 'yearly'`)

beforeEach(async () => {
  shop.faults.clear()
  shop.calls.length = 0
  await shop.freeAll()
})

test('the session carries our id, our app and the plan, and lasts as long as the hold', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  const [session] = await sessionsAtStripe(by.id)
  const checkout = await shop.checkout(id)
  expect(session).toMatchObject({ orderId: id, ours: true, status: 'open', amountCents: 599 })
  expect(session?.expiresAt.getTime()).toBe(Math.floor(checkout.session_expires_at.getTime() / 1000) * 1000)
  expect(await shop.reservations()).toMatchObject([{ id, state: 'held' }])
})

test('the same wish gives the open one again, with the new name', async () => {
  const by = await shop.customer()
  const first = await shop.open(by)
  const second = await shop.open(by, { ask: { ...shop.ask, server_name: 'Better name' } })
  expect(second).toEqual(first)
  expect(await shop.checkout(first.id)).toMatchObject({ server_name: 'Better name' })
  expect(sessionCalls()).toHaveLength(1)
})

test('a double click holds one place', async () => {
  const by = await shop.customer()
  const answers = await Promise.allSettled([shop.open(by), shop.open(by), shop.open(by)])
  const ids = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []))
  expect(new Set(ids).size).toBe(1)
  expect(await shop.reservations()).toHaveLength(1)
  expect(await sessionsAtStripe(by.id)).toHaveLength(1)
})

test('two open checkouts a customer, and a limit for each network address', async () => {
  const limits = { openPerCustomer: 1, openPerAddress: 2 }
  const [anna, ben, cleo] = [await shop.customer(), await shop.customer(), await shop.customer()]
  await shop.db.byHand(`insert into regions (id, name, location_id) values ('us', 'America', 2) on conflict do nothing`)
  await shop.open(anna, { limits, clientIp: '198.51.100.1' })
  await expect(shop.open(anna, { limits, ask: { ...shop.ask, region: 'us' } })).rejects.toMatchObject({
    code: 'orders.too_many_open_checkouts',
  })
  await shop.open(ben, { limits, clientIp: '198.51.100.1' })
  await expect(shop.open(cleo, { limits, clientIp: '198.51.100.1' })).rejects.toMatchObject({
    code: 'orders.too_many_from_address',
    status: 429,
  })
})

test('the limits hold for wishes that race: one of each pair is opened', async () => {
  await sellYearly()
  const limits = { openPerCustomer: 1, openPerAddress: 10 }
  for (let round = 0; round < 5; round += 1) {
    const by = await shop.customer()
    const wishes = (['monthly', 'yearly'] as const).map((term) => shop.open(by, { limits, ask: { ...shop.ask, term } }))
    const answers = await Promise.allSettled(wishes)
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []))
    expect(refused).toEqual(['orders.too_many_open_checkouts'])
  }
  expect(await shop.reservations()).toHaveLength(5)
  await sellMonthlyOnly()
})

test('the last places, asked for by many at once: each is sold once, the others hear that it is sold out', async () => {
  await shop.db.byHand('update ptero_nodes set free_allocations = 5, max_disk_gb = 1000 where id = 1')
  await shop.db.byHand('update node_allocations set assigned = true where id > 5')
  await shop.db.byHand(`
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb, free_allocations)
      select n, gen_random_uuid(), 'small-' || n, 1, 'n.test', 64 + n, 1000, 1 from generate_series(2, 4) n;
    insert into node_allocations (id, node_id, ip, port) select n * 100, n, '203.0.113.1', 25000 from generate_series(2, 4) n`)
  const asked = await Promise.all(
    Array.from({ length: 20 }, async () => shop.open(await shop.customer())).map((one) => one.catch((refused) => refused.code)),
  )
  expect(asked.filter((answer) => answer === 'fleet.no_capacity')).toHaveLength(12)
  expect(await shop.reservations()).toHaveLength(8)
  await shop.freeAll()
  await shop.db.byHand('delete from node_allocations where node_id > 1; delete from ptero_nodes where id > 1')
  await shop.db.byHand('update node_allocations set assigned = false; update ptero_nodes set free_allocations = 40')
})

test('the second checkout of a customer is decided on the first, and both stand', async () => {
  await sellYearly()
  const by = await shop.customer()
  const first = await shop.open(by)
  const second = await shop.open(by, { ask: { ...shop.ask, term: 'yearly' } })
  expect((await shop.reservations()).map((row) => row.id).sort()).toEqual([first.id, second.id].sort())
  const { rows } = await shop.db.pool.query('select title, details from order_events where order_id = $1 order by id limit 1', [second.id])
  expect(rows).toEqual([{ title: 'Checkout begun, a place is held', details: { by: by.id, plan: 'mc-2', region: 'eu', node: 'node-1' } }])
  await sellMonthlyOnly()
})

test.each([
  ['an e-mail that is not verified', { verified: false }, 'orders.email_not_verified'],
  ['an unknown plan', { ask: { ...shop.ask, plan_id: 'nope' } }, 'orders.plan_not_sold'],
  ['a term without a price', { ask: { ...shop.ask, term: 'yearly' as const } }, 'orders.plan_not_sold'],
  ['an unknown region', { ask: { ...shop.ask, region: 'mars' } }, 'orders.region_unknown'],
])('%s is refused before anything is held', async (_name, change, code) => {
  await expect(shop.open(await shop.customer(), change)).rejects.toMatchObject({ code })
  expect(await shop.reservations()).toEqual([])
  expect(sessionCalls()).toEqual([])
})

test('a game with an agreement wants it accepted', async () => {
  await shop.db.byHand(`update games set eula_name = 'Minecraft EULA', eula_url = 'https://eula.test'`)
  const by = await shop.customer()
  await expect(shop.open(by)).rejects.toMatchObject({ code: 'orders.eula_needed', field: 'accept_eula' })
  const { id } = await shop.open(by, { ask: { ...shop.ask, accept_eula: true } })
  expect((await shop.checkout(id)).eula_accepted_at).toBeInstanceOf(Date)
  await shop.db.byHand('update games set eula_name = null, eula_url = null')
})

test('no room, no checkout: nothing is written and Stripe is not asked', async () => {
  await shop.db.byHand('update ptero_nodes set enabled = false')
  const by = await shop.customer()
  await expect(shop.open(by)).rejects.toMatchObject({ kind: 'full' })
  await shop.db.byHand('update ptero_nodes set enabled = true')
  expect(await shop.db.q.selectFrom('checkouts').select('id').where('user_id', '=', by.id).execute()).toEqual([])
  expect(sessionCalls()).toEqual([])
})

test('while the panel refuses us nothing is sold', async () => {
  await shop.db.byHand('update panel_health set refused_since = now()')
  await expect(shop.open(await shop.customer())).rejects.toMatchObject({ code: 'orders.not_selling' })
  await shop.db.byHand('update panel_health set refused_since = null')
})

test('a lost answer is asked for again under the same key, and there is one session', async () => {
  shop.faults.add({ system: 'stripe', kind: 'session_lost', times: 1 })
  const by = await shop.customer()
  const { id } = await shop.open(by)
  expect(await sessionsAtStripe(by.id)).toHaveLength(1)
  expect(await shop.checkout(id)).toMatchObject({ state: 'open', key_version: 1 })
})

test('an answer that stays lost leaves the hold, says so, and is settled later', async () => {
  // Two tries of ours, each sent twice: the SDK itself repeats what a closed connection swallowed.
  shop.faults.add({ system: 'stripe', kind: 'session_lost', times: 4 })
  const by = await shop.customer()
  await expect(shop.open(by)).rejects.toMatchObject({ code: 'orders.payment_page_late', status: 503 })
  const [held] = await shop.reservations()
  expect(await shop.checkout(held!.id)).toMatchObject({ state: 'opening' })
  const settled = await settleSession(shop.world, held!.id)
  expect(settled).toMatchObject({ state: 'open', keyVersion: 1 })
  expect(await sessionsAtStripe(by.id)).toHaveLength(1)
})

test('a stored 500 that hides a session: it is found by our id, not made again', async () => {
  shop.faults.add({ system: 'stripe', kind: 'session_500', times: 1 })
  const by = await shop.customer()
  const { id } = await shop.open(by)
  const sessions = await sessionsAtStripe(by.id)
  expect(sessions).toHaveLength(1)
  expect(await shop.checkout(id)).toMatchObject({ state: 'open', key_version: 1, stripe_session_id: sessions[0]!.id })
})

test('a stored 500 with nothing behind it: only then a new key', async () => {
  shop.faults.add({ system: 'stripe', kind: 'error_before', match: 'POST /v1/checkout/sessions', times: 1 })
  const by = await shop.customer()
  const { id } = await shop.open(by)
  expect(await shop.checkout(id)).toMatchObject({ state: 'open', key_version: 2 })
  expect(await sessionsAtStripe(by.id)).toHaveLength(1)
})

test('a price that Stripe refuses ends the checkout, frees its place and tells the operators', async () => {
  const price = await shop.db.q.selectFrom('plan_prices').select('stripe_price_id').executeTakeFirstOrThrow()
  await shop.db.byHand(`update plan_prices set stripe_price_id = 'price_gone'`)
  await expect(shop.open(await shop.customer())).rejects.toMatchObject({ code: 'orders.payment_page_refused' })
  await shop.db.byHand('update plan_prices set stripe_price_id = $1', [price.stripe_price_id])
  expect(await shop.reservations()).toEqual([])
  expect(await shop.findings()).toContain('orders.payment_page_refused')
})

test('called off: closed at Stripe first, then the place is free; again changes nothing', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  expect(await cancelCheckout(shop.world, { by, id })).toMatchObject({ state: 'expired' })
  expect((await sessionsAtStripe(by.id))[0]).toMatchObject({ status: 'expired' })
  expect(await shop.reservations()).toEqual([])
  expect(await cancelCheckout(shop.world, { by, id })).toMatchObject({ state: 'expired' })
})

test('called off in the moment of payment: the payment wins', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  shop.sandbox.pay(await shop.sessionId(id))
  await expect(cancelCheckout(shop.world, { by, id })).rejects.toMatchObject({ code: 'orders.already_paid' })
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test("somebody else's checkout does not exist, to look at or to cancel", async () => {
  const { id } = await shop.open(await shop.customer())
  const stranger = await shop.customer()
  await expect(lookAtOrder(shop.world, { by: stranger, id })).rejects.toMatchObject({ code: 'orders.unknown', status: 404 })
  await expect(cancelCheckout(shop.world, { by: stranger, id })).rejects.toMatchObject({ code: 'orders.unknown' })
})

test('looking at a checkout asks billing to look at Stripe, at most every two seconds', async () => {
  const by = await shop.customer()
  const { id } = await shop.open(by)
  shop.db.wakes.length = 0
  await shop.clock.advance(3_000)
  await lookAtOrder(shop.world, { by, id, justPaid: true })
  await lookAtOrder(shop.world, { by, id, justPaid: true })
  expect(shop.db.wakes).toEqual([{ topic: 'checkouts.changed', key: id }])
  expect(await lookAtOrder(shop.world, { by, id })).toMatchObject({
    stage: 'checkout',
    checkoutState: 'open',
    payUrl: expect.stringContaining('/pay/'),
  })
})
