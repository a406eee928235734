import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { countCorrection, openFinding } from '../findings/index.ts'
import { HOUR, later, MINUTE } from '../kit/time.ts'
import { StatusView } from './contract.ts'
import { overview, rollUp, statusView } from './index.ts'
import { createMetrics } from './metrics.ts'
import { figureRoutes } from './routes/figures.ts'

const shop = await panelWorld()
const { q } = shop.db
const view = () => statusView(q, shop.now())

/** A delivered order: paid so many seconds before it was ready. */
async function deliveredAfter(seconds: number, agoMs: number): Promise<void> {
  const id = await shop.paidOrder()
  const ready = later(shop.now(), -agoMs)
  await q
    .updateTable('orders')
    .set({ status: 'provisioned', delivered_at: ready, created_at: later(ready, -seconds * 1_000), next_check_at: null })
    .where('id', '=', id)
    .execute()
}

test('a shop without orders: nulls, not zeros', async () => {
  const status = await view()
  expect(StatusView.parse(status)).toEqual(status)
  expect(status).toMatchObject({
    selling: true,
    delivered24h: 0,
    medianSeconds: null,
    p95Seconds: null,
    oldestWaitingSeconds: null,
    incidents: [],
  })
  expect(status.hours).toHaveLength(24)
})

test('median, 95th percentile and hours are measured over the last day alone', async () => {
  for (const seconds of [40, 50, 60, 70, 500]) await deliveredAfter(seconds, 90 * MINUTE)
  await deliveredAfter(10, 5 * MINUTE)
  await deliveredAfter(9_999, 25 * HOUR)
  const status = await view()
  expect(status).toMatchObject({ delivered24h: 6, medianSeconds: 55, p95Seconds: 393, waiting: 0 })
  expect(status.hours.slice(-2).map((hour) => [hour.delivered, hour.medianSeconds])).toEqual([
    [5, 60],
    [1, 10],
  ])
})

test('who waits is counted until delivered or canceled', async () => {
  const [waits, stands] = [await shop.paidOrder(), await shop.paidOrder()]
  await q
    .updateTable('orders')
    .set({ created_at: later(shop.now(), -20 * MINUTE) })
    .where('id', '=', waits)
    .execute()
  await q.updateTable('orders').set({ status: 'error' }).where('id', '=', stands).execute()
  expect(await view()).toMatchObject({ waiting: 2, oldestWaitingSeconds: 1_200 })
  expect(await overview(q, shop.now())).toMatchObject({
    stuck: 1,
    error: 1,
    unprovisioned: 2,
    working: 0,
    webhooksWaiting: 0,
    selling: true,
  })
  await q.updateTable('orders').set({ status: 'canceled' }).where('id', 'in', [waits, stands]).execute()
  expect(await view()).toMatchObject({ waiting: 0 })
})

test('an open critical finding is an incident in public words; a warning is not', async () => {
  const finding = { subject: { type: 'order', id: 'x' }, summary: 'secret words', remedy: 'r', at: shop.now() }
  await shop.db.tx(async (tx) => {
    await openFinding(tx, { ...finding, kind: 'servers.field_refused', severity: 'critical' })
    await openFinding(tx, { ...finding, kind: 'fleet.node_gone', severity: 'warning' })
  })
  const { incidents } = await view()
  expect(incidents.map((one) => one.title)).toEqual(['Some orders need a hand'])
  expect(JSON.stringify(incidents)).not.toContain('secret words')
})

test('strangers read the status and nothing of the operators’', async () => {
  const app = figureRoutes(shop)
  const answer = await app.request('/api/status')
  expect(answer.status).toBe(200)
  expect(StatusView.safeParse(await answer.json()).success).toBe(true)
  await deliveredAfter(10, MINUTE)
  const kept = StatusView.parse(await (await app.request('/api/status')).json())
  expect(kept.delivered24h).toBe(6)
  await shop.clock.advance(5_000)
  expect(StatusView.parse(await (await app.request('/api/status')).json()).delivered24h).toBe(7)
})

test('metrics: what a sweep put right is counted by cause, and who waits has an age', async () => {
  const stands = await shop.paidOrder()
  await q
    .updateTable('orders')
    .set({ status: 'error', created_at: later(shop.now(), -72 * HOUR) })
    .where('id', '=', stands)
    .execute()
  await shop.db.tx((tx) => countCorrection(tx, 'missed_webhook', shop.now()))
  await shop.db.tx((tx) => countCorrection(tx, 'missed_webhook', shop.now()))
  const lines = (await createMetrics(shop).text()).split('\n')
  expect(lines).toContain('resync_corrections_total{cause="missed_webhook"} 2')
  expect(lines).toContain('orders{state="error"} 1')
  const age = lines.find((line) => line.startsWith('oldest_undelivered_order_age_seconds '))
  expect(Number(age?.split(' ')[1])).toBeCloseTo(72 * 3_600, -1)
  expect(lines).toContain('shop_selling 1')
  expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).toBe(true)
})

test('metrics: every line is in the text format, and nothing is told of what was not measured', async () => {
  await shop.db.q.deleteFrom('provisioning_hours').execute()
  const text = await createMetrics(shop).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  for (const line of lines) expect(line).toMatch(/^[a-z_:][a-z0-9_:]*(\{[^}]*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)( \d+)?$/i)
  for (const name of ['provisioning_seconds_bucket{le="+Inf"} 0', 'provisioning_error_budget_left_ratio 1', 'panel_budget_calls_limit 240'])
    expect(lines).toContain(name)
  expect(text).not.toMatch(/^provisioning_slo_compliance_ratio /m)
  expect(text).not.toMatch(/^stripe_endpoint_enabled /m)
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1])
  expect(new Set(names).size).toBe(names.length)
})

test('metrics: the histogram is of every order delivered, cumulative', async () => {
  for (const seconds of [50, 70, 70, 400]) await deliveredAfter(seconds, 2 * HOUR)
  for (let round = 0; round < 12; round += 1) await rollUp(shop)
  const lines = (await createMetrics(shop).text()).split('\n')
  const upTo = (le: string) => Number(lines.find((line) => line.startsWith(`provisioning_seconds_bucket{le="${le}"}`))?.split(' ')[1])
  const all = Number(lines.find((line) => line.startsWith('provisioning_seconds_count'))?.split(' ')[1])
  expect(upTo('+Inf')).toBe(all)
  expect(all - upTo('300')).toBeGreaterThanOrEqual(1)
  expect(upTo('75') - upTo('65')).toBeGreaterThanOrEqual(2)
})

test('metrics: every name in the ready rules is one that we tell', async () => {
  const file = readFileSync(new URL('../../docs/observability/alerts.rules.yml', import.meta.url), 'utf8')
  const expressions = [...file.matchAll(/expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replace(/"[^"]*"/g, ''),
  )
  expect(expressions.length).toBeGreaterThan(15)
  const told = [...(await createMetrics(shop).text()).matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? '')
  const known = new Set([...told, ...told.flatMap((name) => [`${name}_bucket`, `${name}_count`, `${name}_sum`])])
  const words = ['status_class', 'clamp_min', 'vector']
  const used = new Set(expressions.flatMap((text) => [...text.matchAll(/[a-z]+(?:_[a-z0-9]+)+/g)].map((match) => match[0])))
  expect([...used].filter((name) => !known.has(name) && !words.includes(name))).toEqual([])
})
