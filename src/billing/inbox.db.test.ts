import Sdk from 'stripe'
import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { backfillEvents } from './backfill-events.ts'
import { drainInbox, inboxState } from './index.ts'

const shop = await sellingWorld()
const sdk = new Sdk('sk_test_x')
const event = (id: string, type = 'checkout.session.completed', object: object = { id: 'cs_unknown', object: 'checkout.session' }) =>
  JSON.stringify({
    id,
    object: 'event',
    type,
    api_version: '2026-10-28.endive',
    created: Math.floor(shop.now().getTime() / 1000),
    data: { object },
  })
const sign = (payload: string, secret = shop.webhookSecret, ageSeconds = 0) =>
  sdk.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(shop.now().getTime() / 1000) - ageSeconds })
const send = (body: string, signature: string) =>
  fetch(shop.webhookUrl, { method: 'POST', body, headers: { 'stripe-signature': signature, 'content-type': 'application/json' } })
const kept = async () => (await shop.db.q.selectFrom('stripe_events').select('id').orderBy('id').execute()).map((row) => row.id)

beforeEach(async () => {
  shop.faults.clear()
  await shop.settle()
  await shop.db.byHand('delete from stripe_events')
  shop.arrivals.length = 0
})

test('a signed event is kept once and rings the bell once, however often it comes', async () => {
  for (const _ of [1, 2, 3]) {
    const answer = await send(event('evt_1'), sign(event('evt_1')))
    expect([answer.status, await answer.json()]).toEqual([200, { received: true }])
  }
  expect(await kept()).toEqual(['evt_1'])
  expect(shop.arrivals).toHaveLength(1)
})

test.each([
  ['forged', () => sign(event('evt_2'), 'whsec_wrong')],
  ['for another body', () => sign(event('evt_3'))],
  ['five minutes old', () => sign(event('evt_2'), shop.webhookSecret, 301)],
  ['absent', () => ''],
])('a signature that is %s: 400, and nothing is kept', async (_name, signature) => {
  const answer = await send(event('evt_2'), signature())
  expect([answer.status, await answer.json()]).toEqual([400, { type: 'billing.bad_signature' }])
  expect(await kept()).toEqual([])
})

test('types without meaning for us are kept as done', async () => {
  await send(event('evt_4', 'product.updated'), sign(event('evt_4', 'product.updated')))
  expect(shop.arrivals).toEqual([])
  expect(await inboxState(shop.db.q)).toMatchObject({ waiting: 0 })
})

test('an event that fails is tried again with back-off, told to a person at last, and goes through', async () => {
  await send(event('evt_5'), sign(event('evt_5')))
  shop.faults.add({ system: 'stripe', kind: 'error_before', match: 'GET /v1/checkout/sessions' })
  expect(await drainInbox(shop.world, 10)).toBe(1)
  expect(await drainInbox(shop.world, 10)).toBe(0)
  for (let tries = 0; tries < 8; tries += 1) {
    await shop.clock.advance(11 * 60_000)
    await drainInbox(shop.world, 10)
  }
  const row = await shop.db.q.selectFrom('stripe_events').selectAll().where('id', '=', 'evt_5').executeTakeFirstOrThrow()
  expect(row).toMatchObject({ attempts: 9, processed_at: null })
  expect(row.last_error).toContain('stripe.error')
  expect(await shop.findings()).toContain('billing.event_stuck')
  shop.faults.clear()
  await shop.clock.advance(11 * 60_000)
  await drainInbox(shop.world, 10)
  expect(await shop.findings()).not.toContain('billing.event_stuck')
  expect(await inboxState(shop.db.q)).toMatchObject({ waiting: 0 })
})

test('two workers never take the same event', async () => {
  for (let n = 0; n < 20; n += 1) await send(event(`evt_many_${n}`), sign(event(`evt_many_${n}`)))
  const taken = await Promise.all([drainInbox(shop.world, 15), drainInbox(shop.world, 15)])
  expect(taken[0] + taken[1]).toBe(20)
  const rows = await shop.db.q.selectFrom('stripe_events').select('attempts').execute()
  expect(rows.every((row) => row.attempts === 1)).toBe(true)
})

test('what no webhook brought is fetched from the list, once', async () => {
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  expect(await shop.row(id)).toBeUndefined()
  const first = await backfillEvents(shop.world)
  expect(first.added).toBeGreaterThan(0)
  expect(await backfillEvents(shop.world)).toMatchObject({ added: 0 })
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test('the first payment is not lost with its session event: invoice.paid is enough', async () => {
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  await backfillEvents(shop.world)
  await shop.db.byHand(`delete from stripe_events where type <> 'invoice.paid'`)
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

// Last: the refusal closes the connection that fetch would use again.
test('a body over 1 MB is refused unread', async () => {
  const body = 'x'.repeat(1_100_000)
  expect((await send(body, sign(body))).status).toBe(413)
})
