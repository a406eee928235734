import { afterAll, beforeEach, expect, test } from 'vitest'
import { createFaults } from '../../../sandbox/faults.ts'
import { createClock } from '../../../sandbox/kit/clock.ts'
import { openJournal } from '../../../sandbox/kit/journal.ts'
import { startStripe } from '../../../sandbox/stripe/start.ts'
import { createStripe } from './index.ts'
import type { StripeCallRecord } from './types.ts'

const clock = createClock()
const journal = openJournal(null)
const faults = createFaults(journal)
const sandbox = await startStripe({ clock, journal, faults })
const calls: StripeCallRecord[] = []
const stripeWith = (secretKey: string) =>
  createStripe({
    secretKey,
    webhookSecrets: ['whsec_x'],
    app: 'shop',
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    timeoutMs: 300,
    now: clock.now,
    hooks: { after: async (record) => void calls.push(record) },
  })
const stripe = stripeWith(sandbox.secretKey)
const price = { planId: 'p 1', planName: 'Small', term: 'quarterly', months: 3, amountCents: 1707, currency: 'USD' }
const BOUGHT = {
  userId: 'u1',
  planId: 'mc-2',
  regionId: 'eu',
  term: 'monthly',
  serverName: "Anna's & friends",
  termsAcceptedAt: new Date('2026-03-01T12:00:00.123Z'),
  eulaAcceptedAt: null,
}

beforeEach(() => {
  faults.clear()
  calls.length = 0
})
afterAll(async () => {
  await sandbox.close()
  clock.close()
})

async function openSession(orderId: string) {
  const customer = await stripe.createCustomer({}, { userId: 'u1', email: 'a@example.org', name: 'Anna' })
  const { priceId } = await stripe.ensurePrice({}, price)
  const expiresAt = new Date(clock.now().getTime() + 35 * 60_000)
  const ask = {
    orderId,
    customerId: customer.id,
    priceId,
    expiresAt,
    successUrl: 'http://x.test/a',
    cancelUrl: 'http://x.test/b',
    delayedPayments: false,
    bought: BOUGHT,
  }
  return stripe.createSession({ orderId }, { ...ask, description: 'Small', key: `k:${orderId}` })
}

test('a price is made once, whatever happens; another amount is another price of the same product', async () => {
  const first = await stripe.ensurePrice({}, price)
  expect(await stripe.ensurePrice({}, price)).toEqual(first)
  const dearer = await stripe.ensurePrice({}, { ...price, amountCents: 1999 })
  expect(dearer.productId).toBe(first.productId)
  expect(dearer.priceId).not.toBe(first.priceId)
})

test('a session goes from open to paid, and says when it was paid', async () => {
  const open = await openSession('o1')
  expect(open).toMatchObject({
    orderId: 'o1',
    ours: true,
    status: 'open',
    paymentStatus: 'unpaid',
    amountCents: 1707,
    currency: 'usd',
    bought: BOUGHT,
    paidAt: null,
  })
  sandbox.pay(open.id)
  const paid = await stripe.session({}, open.id)
  expect(paid).toMatchObject({ status: 'complete', paymentStatus: 'paid' })
  expect(Math.abs(paid!.paidAt!.getTime() - clock.now().getTime())).toBeLessThan(5_000)
  const subscription = await stripe.subscription({}, paid!.subscriptionId!)
  expect(subscription).toMatchObject({ orderId: 'o1', status: 'active', endedAt: null })
  const [payment] = await stripe.paymentsOf({}, { subscriptionId: subscription!.id })
  expect(payment).toMatchObject({ amountCents: 1707, refundedCents: 0, currency: 'usd' })
  const refund = { paymentIntentId: payment!.paymentIntentId, amountCents: 700, reason: 'half', orderId: 'o1', key: 'r1' }
  const made = await stripe.refund({}, refund)
  expect(await stripe.refund({}, refund)).toEqual(made)
  expect(await stripe.paymentsOf({}, { subscriptionId: subscription!.id })).toMatchObject([{ refundedCents: 700 }])
  expect(await stripe.cancelSubscription({}, subscription!.id)).toMatchObject({ status: 'canceled' })
  expect(await stripe.cancelSubscription({}, subscription!.id)).toMatchObject({ status: 'canceled' })
})

test('what Stripe does not have is null, and is no failure', async () => {
  expect(await stripe.session({}, 'cs_test_none')).toBeNull()
  expect(await stripe.subscription({}, 'sub_none')).toBeNull()
})

test.each([
  ['no answer', { kind: 'down' }, { code: 'stripe.unreachable', kind: 'unavailable', facts: { answered: false, status: null } }],
  ['an answer that never comes', { kind: 'hang' }, { code: 'stripe.unreachable', kind: 'unavailable', facts: { answered: false } }],
  [
    'too many requests',
    { kind: 'too_many_requests' },
    { code: 'stripe.throttled', kind: 'unavailable', facts: { answered: true, status: 429 } },
  ],
  ['an error of theirs', { kind: 'error_before' }, { code: 'stripe.error', kind: 'unavailable', facts: { answered: true, status: 500 } }],
] as const)('%s has a name, and is reported', async (_name, fault, failure) => {
  faults.add({ system: 'stripe', ...fault })
  await expect(stripe.subscription({ orderId: 'o9' }, 'sub_1')).rejects.toMatchObject(failure)
  expect(calls).toMatchObject([
    { call: { orderId: 'o9' }, method: 'GET', path: '/v1/subscriptions/sub_1', status: failure.facts.answered ? expect.any(Number) : null },
  ])
})

test('a refused key and a refused field', async () => {
  await expect(stripeWith('sk_test_wrong').subscription({}, 'sub_1')).rejects.toMatchObject({
    code: 'stripe.key_refused',
    kind: 'denied',
    status: 503,
  })
  const bad = stripe.refund({}, { paymentIntentId: 'pi_none', amountCents: 1, reason: 'x', orderId: 'o', key: 'bad' })
  await expect(bad).rejects.toMatchObject({ code: 'stripe.refused', kind: 'invalid', field: 'payment_intent' })
})

test('a call whose caller was told to stop does not go out', async () => {
  await expect(stripe.subscription({ signal: AbortSignal.abort() }, 'sub_1')).rejects.toMatchObject({ code: 'stripe.not_sent' })
  expect(calls).toEqual([])
})

test('events come oldest first, over days, of the types asked for', async () => {
  const since = clock.now()
  const first = await openSession('o2')
  await clock.advance(2 * 86_400_000)
  const second = await openSession('o3')
  await stripe.expireSession({}, second.id)
  const found: string[] = []
  for await (const events of stripe.events({}, since, ['checkout.session.expired'])) found.push(...events.map((event) => event.object.id))
  expect(found).toEqual([first.id, second.id])
})
