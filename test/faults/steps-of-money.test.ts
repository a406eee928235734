import { expect, test } from 'vitest'
import { buy, expectPromisesKept, LARGER_PLAN, settled } from './kit.ts'
import { type Step, testSteps } from './step-cases.ts'

/** What an order needs of Stripe. */
const STEPS: Step[] = [
  { name: 'ask for the session', system: 'stripe', match: 'GET /v1/checkout/sessions/', order: 'bought' },
  { name: 'end the subscription', system: 'stripe', match: 'DELETE /v1/subscriptions/', order: 'canceled' },
  { name: 'list the payments', system: 'stripe', match: 'GET /v1/invoices', order: 'canceled' },
  { name: 'look at the subscription', system: 'stripe', match: 'GET /v1/subscriptions/', order: 'grown' },
  { name: 'set the price', system: 'stripe', match: 'POST /v1/subscriptions/', order: 'grown' },
  { name: 'refund', system: 'stripe', match: 'POST /v1/refunds', order: 'canceled' },
]

const { stage, operator } = testSteps(STEPS, [
  'refund is under way when the worker is killed, and is done afterwards',
  'set the price is under way when the worker is killed, and is done afterwards',
])

test('everything run twice: nothing is done a second time', async () => {
  await stage().fault({ system: 'stripe', kind: 'webhook_twice' })
  const [bought, canceled, grown] = [await buy(stage()), await buy(stage()), await buy(stage())]
  await settled(stage(), bought, 'delivered')
  await settled(stage(), canceled, 'delivered')
  await operator().cancel(canceled)
  await settled(stage(), canceled, 'gone')
  await settled(stage(), grown, 'delivered')
  await operator().changePlan(grown, LARGER_PLAN)
  await settled(stage(), grown, 'grown')
  const counts = async () => (await (await fetch(`${stage().panelUrl}/sandbox/calls.json`)).json()) as { calls: Record<string, number> }
  const changing = async () => Object.entries((await counts()).calls).filter(([route]) => !route.startsWith('GET'))
  const before = await changing()
  await stage().sql.query('update orders set next_check_at = now()')
  await stage().sql.query('update stripe_events set processed_at = null, next_attempt_at = now()')
  await Promise.all([
    operator().cancel(canceled),
    operator().retry(bought),
    operator().cancel(canceled),
    operator().changePlan(grown, LARGER_PLAN),
  ])
  await expect
    .poll(async () => (await stage().sql.query('select count(*)::int as n from stripe_events where processed_at is null')).rows[0].n, {
      timeout: 60_000,
    })
    .toBe(0)
  await expect
    .poll(async () => (await stage().sql.query('select count(*)::int as n from orders where next_check_at <= now()')).rows[0].n, {
      timeout: 60_000,
    })
    .toBe(0)
  await settled(stage(), canceled, 'gone')
  await settled(stage(), bought, 'delivered')
  await settled(stage(), grown, 'grown')
  expect(await changing()).toEqual(before)
  await expectPromisesKept(stage())
}, 180_000)
