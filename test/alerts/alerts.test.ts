import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CONDITIONS } from '../../src/health/rules/conditions.ts'
import { ALL, settled } from '../faults/kit.ts'
import { byCommandLine } from './command-line.ts'
import { CASES, type Case, CREATE, openPage, paid, retry, STRIPE } from './conditions.ts'
import { EACH, type Outcome, soon, startWatched, table, type Watched } from './kit.ts'

/**
 * Each condition as an operator meets it: provoked by a fault of the outside on real processes, told to a local receiver of
 * each channel, and its end told when it is mended. `npm run faults` runs every case; with everything else the quick ones.
 */
const USUAL = ['panel_key_refused', 'orders_in_error', 'webhook_endpoint']
const SECOND = 1_000
const MINUTE = 60 * SECOND

let watched: Watched
const outcomes: Outcome[] = []
beforeAll(async () => {
  watched = await startWatched()
}, 180_000)
afterAll(async () => {
  if (outcomes.length > 0) process.stdout.write(`\n${table(outcomes)}\n`)
  await watched?.stage.close()
})
afterEach(() => watched?.stage.faultsOff())

const fired = (title: string) => `Critical: ${title}`
const over = (title: string) => `Resolved: ${title}`
const critical = async () => (await watched.firing()).filter((rule) => CONDITIONS[rule]?.severity === 'critical')
const plus = (counts: number[], more: number) => counts.map((count) => count + more)

/** Waits until everything that fires is below its threshold, and lets the minute pass after which it is over. */
async function calmDown(): Promise<void> {
  const still = async () =>
    (
      await watched.stage.sql.query(
        `select rule_id from alerts where resolved_at is null and fired_at is not null and severity = 'critical' and calm_since is null`,
      )
    ).rows.map((row) => row.rule_id)
  await soon(still, 120).toEqual([])
  await watched.stage.advance(61 * SECOND)
  await soon(critical, 30).toEqual([])
}

async function play(one: Case): Promise<void> {
  const begun = performance.now()
  const [firedBefore, overBefore, known] = [
    await watched.told(fired(one.title)),
    await watched.told(over(one.title)),
    await watched.everything(),
  ]
  expect(await critical()).toEqual([])
  const outcome: Outcome = { condition: one.rule, provokedBy: one.by, delivered: false, resolved: false, false: [], seconds: 0 }
  outcomes.push(outcome)
  const mend = await one.provoke(watched)
  await soon(() => watched.told(fired(one.title)), 120).toEqual(plus(firedBefore, 1))
  outcome.delivered = true
  await mend()
  await calmDown()
  await soon(() => watched.told(over(one.title)), 60).toEqual(plus(overBefore, 1))
  outcome.resolved = true
  const expected = [one.rule, ...(one.also ?? [])].flatMap((rule) => [fired(CONDITIONS[rule]!.title), over(CONDITIONS[rule]!.title)])
  const more = [...(await watched.everything())].filter(([title, counts]) => String(known.get(title) ?? EACH(0)) !== String(counts))
  outcome.false = more.map(([title]) => title).filter((title) => !expected.includes(title))
  outcome.seconds = Math.round((performance.now() - begun) / SECOND)
  expect(outcome.false).toEqual([])
  expect(await watched.told(fired(one.title))).toEqual(plus(firedBefore, 1))
}

test('every critical condition has a case, here or below', () => {
  const here = [...CASES.map((one) => one.rule), 'channel_failing']
  const wanted = Object.entries(CONDITIONS).flatMap(([id, one]) => (one.severity === 'critical' ? [id] : []))
  expect(here.sort()).toEqual(wanted.sort())
})

test.each(CASES.filter((one) => ALL || USUAL.includes(one.rule)))('$rule: $by', (one) => play(one), 300_000)

test('the command line does the same', async () => {
  await byCommandLine(watched)
  await calmDown()
}, 180_000)

test('channel_failing: one channel refuses everything; the others are told of that, and it is told all of it when it is mended', async () => {
  const { receivers, stage } = watched
  const [title, first] = [CONDITIONS['channel_failing']!.title, CONDITIONS['panel_key_refused']!.title]
  const before = { discord: receivers.titles('discord').length, slack: receivers.titles('slack').length }
  const outcome: Outcome = {
    condition: 'channel_failing',
    provokedBy: 'Discord answers 500, 11 minutes',
    delivered: false,
    resolved: false,
    false: [],
    seconds: 0,
  }
  outcomes.push(outcome)
  const begun = performance.now()
  receivers.break('discord', 500)
  const fault = await stage.fault({ system: 'panel', kind: 'key_refused' })
  await watched.ops('POST', 'nodes/sync').catch(() => undefined)
  await soon(async () => receivers.titles('slack').slice(before.slack)).toEqual([fired(first)])
  await stage.advance(11 * MINUTE)
  await soon(async () => receivers.titles('slack').slice(before.slack)).toContain(fired(title))
  expect(receivers.titles('discord')).toHaveLength(before.discord)
  outcome.delivered = true
  receivers.mend('discord')
  await stage.faultOff(fault)
  await watched.ops('POST', 'nodes/sync')
  await stage.advance(16 * MINUTE)
  await calmDown()
  // In its order, and without what was said of itself.
  await soon(async () => receivers.titles('discord').slice(before.discord)).toEqual([fired(first), over(first)])
  const toSlack = [fired(first), fired(title), over(first), over(title)].sort()
  await soon(async () => receivers.titles('slack').slice(before.slack).sort()).toEqual(toSlack)
  outcome.resolved = true
  outcome.seconds = Math.round((performance.now() - begun) / SECOND)
}, 300_000)

test('warnings wait for the daily summary, which every channel gets once, with what the day was like', async () => {
  const { stage, receivers } = watched
  const WARNINGS = Object.entries(CONDITIONS).flatMap(([id, one]) => (one.severity === 'warning' ? [{ id, title: one.title }] : []))
  const names = WARNINGS.map((one) => one.id).sort()
  const warnings = async () => (await watched.firing()).filter((rule) => names.includes(rule))
  const before = await watched.everything()

  const [slow, missed] = [await openPage(watched), await openPage(watched)]
  const fault = await stage.fault({ system: 'panel', kind: 'daemon_error', match: CREATE })
  await slow.pay()
  await paid(watched, slow.id)
  await stage.advance(6 * MINUTE)
  await soon(warnings).toEqual(expect.arrayContaining(['provisioning_errors', 'provisioning_slow']))
  await stage.faultOff(fault)
  await retry(watched, slow.id)
  await settled(stage, slow.id, 'delivered')

  const dropped = await stage.fault({ system: 'stripe', kind: 'webhook_dropped', match: 'customer.subscription.created' })
  await missed.pay()
  await settled(stage, missed.id, 'delivered')
  await stage.faultOff(dropped)
  const node = await nearlyFull()
  await stage.advance(11 * MINUTE)
  await soon(warnings, 90).toEqual(names)

  await watched.ops('PATCH', `nodes/${node.id}`, { reservedHeadroomGb: 0, reason: 'Room again' })
  await resendMissed()
  await soon(async () => (await stage.sql.query('select undelivered from stripe_health')).rows[0].undelivered, 60).toBe(0)
  await stage.advance(70 * MINUTE)
  await soon(
    async () => (await stage.sql.query('select rule_id from alerts where resolved_at is null and calm_since is null')).rows,
    60,
  ).toEqual([])
  await stage.advance(61 * SECOND)
  await soon(warnings).toEqual([])
  expect([...(await watched.everything())].filter(([title]) => !before.has(title))).toEqual([])

  const { advancedMs } = (await (await fetch(`${stage.controlUrl}/state.json`)).json()) as { advancedMs: number }
  const now = Date.now() + advancedMs
  const day = 24 * 60 * MINUTE
  await stage.advance(Math.ceil(now / day) * day + 7 * 60 * MINUTE + 5 * MINUTE - now)
  const summaries = async () => [...(await watched.everything()).keys()].filter((one) => one.startsWith('Daily summary of '))
  await soon(async () => (await summaries()).length, 90).toBeGreaterThan(0)
  const said = (await summaries()).at(-1) ?? ''
  await soon(() => watched.told(said), 60).toEqual(EACH(1))
  const digest = receivers.heard.filter((one) => one.channel === 'webhook' && one.title === said).at(-1)
  for (const { title } of WARNINGS) expect(digest?.text).toContain(title)
  expect(digest?.text).toContain(`${node.name} is`)
  expect(receivers.refused).toEqual([])
}, 300_000)

/** Of what may be sold on a node, nine tenths are. */
async function nearlyFull(): Promise<{ id: number; name: string }> {
  const { rows } = await watched.stage.sql.query(
    `select id, name, max_ram_gb::float8 as max, (max_ram_gb - reserved_headroom_gb)::float8 - free_ram_mb / 1024.0 as used from ptero_nodes
     where enabled and reserved_ram_mb > 0 order by id limit 1`,
  )
  const node = rows[0] as { id: number; name: string; max: number; used: number }
  const reservedHeadroomGb = Math.floor((node.max - node.used / 0.9) * 100) / 100
  await watched.ops('PATCH', `nodes/${node.id}`, { reservedHeadroomGb, reason: 'Nearly full' })
  return node
}

/** As an operator does in Stripe's dashboard. */
async function resendMissed(): Promise<void> {
  const { stripeUrl } = watched.stage
  const answer = await fetch(`${stripeUrl}/v1/events?delivery_success=false&limit=100`, { headers: STRIPE })
  const { data } = (await answer.json()) as { data: { id: string }[] }
  for (const { id } of data) await fetch(`${stripeUrl}/sandbox/events/${id}/resend`, { method: 'POST' })
}
