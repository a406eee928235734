import { beforeEach, expect, test } from 'vitest'
import { watchedShop } from '../../test/kit/watched-shop.ts'
import { DAY, HOUR, later, MINUTE, SECOND } from '../kit/time.ts'
import { HealthView } from './contract.ts'
import { healthView } from './health-view.ts'
import { rollUp, sampleMinute } from './index.ts'

const shop = await watchedShop()
const { sql, db } = shop
beforeEach(async () => {
  await shop.nothingWrong()
  await sql(`delete from provisioning_hours; delete from health_minutes; delete from answer_counts; delete from panel_budget;
    update orders set created_at = now() - interval '90 days', recorded_at = now()`)
})
const ago = (ms: number) => later(shop.now(), -ms)
/** Orders that were paid so long ago and took so long; null: no server. */
async function orders(list: [paidAgoMs: number, seconds: number | null, status?: string][]): Promise<void> {
  for (const [paidAgoMs, seconds, status = 'provisioned'] of list) {
    const id = await shop.paidOrder()
    const paid = ago(paidAgoMs)
    await sql(`update orders set created_at = $2, delivered_at = $3, status = $4 where id = $1`, [
      id,
      paid,
      seconds === null ? null : later(paid, seconds * SECOND),
      status,
    ])
  }
}
const view = async (window: 'hour' | 'day' | 'week') => HealthView.parse(await healthView(db.q, window, shop.now()))

test('a shop in which nothing happened: nulls, whole budget, every step there', async () => {
  for (const [window, steps] of [
    ['hour', 12],
    ['day', 24],
    ['week', 28],
  ] as const) {
    const found = await view(window)
    expect(found.provisioning).toMatchObject({ paid: 0, successRate: null, p50Seconds: null, p95Seconds: null })
    expect(found.slo).toMatchObject({ compliance: null, budgetLeft: 1 })
    expect(found.points).toHaveLength(steps)
    expect(Date.parse(found.points[1]!.at) - Date.parse(found.points[0]!.at)).toBe(found.stepSeconds * 1_000)
    expect(Date.parse(found.points.at(-1)!.at)).toBeLessThanOrEqual(shop.now().getTime())
  }
})

test('an hour: delivered, late, failed and waiting are counted where they were paid', async () => {
  await orders([
    [39 * MINUTE, 60],
    [39 * MINUTE, 100],
    [20 * MINUTE, 301],
    [10 * MINUTE, null, 'error'],
    [2 * MINUTE, null, 'installing'],
    [61 * MINUTE, 10],
  ])
  const found = await view('hour')
  expect(found.provisioning).toMatchObject({ paid: 5, delivered: 3, late: 2, failed: 1, waiting: 1, successRate: 3 / 4, p50Seconds: 100 })
  expect(found.points.reduce((sum, one) => sum + one.paid, 0)).toBe(5)
  expect(found.points[4]).toMatchObject({ paid: 2, delivered: 2, successRate: 1, p50Seconds: 80 })
  expect(found.now).toMatchObject({ inError: 1, waiting: 2, working: 1, stuck: 0 })
  expect(found.now.orders).toMatchObject([{ status: 'error', seconds: 600 }])
})

test('day and week are read from hours, which say the same as the orders themselves', async () => {
  const list: Parameters<typeof orders>[0] = []
  for (let n = 0; n < 40; n += 1) list.push([(n * 4 + 1) * HOUR, 20 + ((n * 37) % 400)])
  list.push([30 * HOUR, null, 'error'], [5 * DAY, null, 'canceled'])
  await orders(list)
  // More hours than one round counts.
  for (let round = 0; round < 12; round += 1) await rollUp(shop.world)
  const naive = async (since: Date) =>
    (
      await sql(
        `select count(*)::int as paid, count(delivered_at)::int as delivered, count(*) filter (where delivered_at - created_at <= interval '300 s')::int as in_time,
           percentile_cont(0.5) within group (order by extract(epoch from delivered_at - created_at)) as p50,
           percentile_cont(0.95) within group (order by extract(epoch from delivered_at - created_at)) as p95
         from orders where created_at >= $1`,
        [since],
      )
    ).rows[0]
  for (const window of ['day', 'week'] as const) {
    const { from, provisioning, points } = await view(window)
    const { paid, delivered, p50, p95 } = await naive(new Date(from))
    expect(provisioning).toMatchObject({ paid, delivered })
    expect(points.reduce((sum, one) => sum + one.delivered, 0)).toBe(delivered)
    for (const [read, exact] of [
      [provisioning.p50Seconds, p50],
      [provisioning.p95Seconds, p95],
    ])
      expect(Math.abs(Number(read) / Number(exact) - 1)).toBeLessThan(0.2)
  }
  const { in_time: inTime, paid } = await naive(ago(30 * DAY))
  expect((await view('hour')).slo).toMatchObject({ inTime, orders: paid, late: paid - inTime })
})

test('the error budget is what of one percent is left', async () => {
  await orders(Array.from({ length: 50 }, (_, n) => [(n + 1) * HOUR, 60] as [number, number]))
  for (let round = 0; round < 10; round += 1) await rollUp(shop.world)
  expect((await view('day')).slo).toMatchObject({ compliance: 1, budgetLeft: 1, allowed: expect.closeTo(0.5) })
  await orders([[3 * HOUR, 600]])
  await shop.clock.advance(61 * MINUTE)
  for (let round = 0; round < 4; round += 1) await rollUp(shop.world)
  const { slo } = await view('day')
  expect(slo).toMatchObject({ orders: 51, late: 1 })
  expect(slo.budgetLeft).toBeCloseTo(1 - 1 / 0.51)
})

test('an hour with an order under way is counted again until it has an end', async () => {
  await orders([[50 * HOUR, null, 'paid']])
  for (let round = 0; round < 12; round += 1) await rollUp(shop.world)
  expect((await sql(`select waiting, late from provisioning_hours where paid > 0`)).rows).toEqual([{ waiting: 1, late: 1 }])
  await sql(`update orders set delivered_at = $1, status = 'provisioned' where status = 'paid'`, [shop.now()])
  await shop.clock.advance(61 * MINUTE)
  for (let round = 0; round < 12; round += 1) await rollUp(shop.world)
  expect((await sql(`select waiting, delivered from provisioning_hours where paid > 0`)).rows).toEqual([{ waiting: 0, delivered: 1 }])
})

test('who changed their mind within the promised time is nobody’s failure', async () => {
  await orders([[30 * MINUTE, null, 'canceled']])
  await sql(`update orders set canceled_at = created_at + interval '4 minutes' where created_at > now() - interval '1 day'`)
  expect((await view('hour')).provisioning).toMatchObject({ paid: 0, failed: 0 })
  await sql(`update orders set canceled_at = created_at + interval '6 minutes' where created_at > now() - interval '1 day'`)
  expect((await view('hour')).provisioning).toMatchObject({ paid: 1, failed: 1, late: 1, successRate: 0 })
})

test('what waits, the panel’s budget and the webhooks are there minute by minute', async () => {
  await orders([[14 * MINUTE, null, 'paid']])
  await sql(
    `insert into panel_budget (id, limit_per_minute, remaining, window_ends_at, updated_at) values ('application', 240, 60, $1, $1)`,
    [later(shop.now(), 30 * SECOND)],
  )
  await sql(
    `insert into answer_counts values (date_trunc('minute', $1::timestamptz), 'stripe-webhook', '2xx', 9), (date_trunc('minute', $1::timestamptz), 'stripe-webhook', '5xx', 1)`,
    [shop.now()],
  )
  await sampleMinute(shop.world)
  await sampleMinute(shop.world)
  const found = await view('day')
  expect(found.budget).toEqual({ limit: 240, used: 180, blockedUntil: null })
  expect(found.points.at(-1)).toMatchObject({ oldestSeconds: 840, queueSeconds: 840, budgetUsed: 0.75, webhooks: 10, webhooksFailed: 1 })
  expect(found.points[0]).toMatchObject({ oldestSeconds: null, budgetUsed: null })
  expect(found.webhooks).toMatchObject({ answered: 9, failed: 1, stripe: { endpoint: 'unknown' } })
  expect(found.now).toMatchObject({ stuck: 1, queueSeconds: 840 })
})
