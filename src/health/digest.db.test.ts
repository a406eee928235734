import { beforeEach, expect, test } from 'vitest'
import { ON_CALL, watchedShop } from '../../test/kit/watched-shop.ts'
import { DAY, HOUR, later, MINUTE, SECOND } from '../kit/time.ts'
import { composeDigest, type DigestPart } from './index.ts'

const shop = await watchedShop()
const { sql } = shop
/** Midnight that begins the day after the one that is summed up. */
let midnight: Date
const inDay = (hours: number, minutes = 0) => later(midnight, -DAY + hours * HOUR + minutes * MINUTE)
const compose = (parts: DigestPart[] = []) => composeDigest(shop.world, { hour: 7, parts })
const lines = async () =>
  (await sql(`select lines from digests`)).rows.flatMap((row) =>
    (row.lines as { section: string; text: string; tone: string | null }[]).map(
      (one) => `${one.section} | ${one.tone ?? '-'} | ${one.text}`,
    ),
  )

beforeEach(async () => {
  await shop.nothingWrong()
  await sql(
    `delete from digests; delete from provisioning_hours; delete from messages; update orders set created_at = now() - interval '90 days'`,
  )
  // Half past seven of the next day.
  const now = shop.now().getTime()
  await shop.clock.advance(Math.ceil(now / DAY) * DAY + 7.5 * HOUR - now)
  midnight = new Date(Math.floor(shop.now().getTime() / DAY) * DAY)
  await shop.judge()
  await sql(`update alert_rules set made_at = $1`, [later(midnight, -5 * DAY)])
  await sql(`update ptero_nodes set name = 'node-' || id`)
})

async function paid(at: Date, seconds: number | null, status = 'provisioned'): Promise<void> {
  const id = await shop.paidOrder()
  await sql(`update orders set created_at = $2, delivered_at = $3, status = $4 where id = $1`, [
    id,
    at,
    seconds === null ? null : later(at, seconds * SECOND),
    status,
  ])
}
const alert = (rule: string, severity: string, about: { subject: string; title: string; summary: string; from: Date; to: Date | null }) =>
  sql(
    `insert into alerts (rule_id, subject, severity, title, summary, remedy, value, threshold, unit, since, fired_at, last_seen_at, resolved_at)
     values ($1, $2, $3, $4, $5, 'R', 1, 1, 'u', $6, $6, $6, $7)`,
    [rule, about.subject, severity, about.title, about.summary, about.from, about.to],
  )

test('a prepared day, line by line', async () => {
  for (let n = 0; n < 8; n += 1) await paid(inDay(2 * n, 10), 60)
  await paid(inDay(5), 400)
  await paid(inDay(6), null, 'error')
  await paid(later(midnight, 7 * HOUR), null, 'paid')
  // The days around it are not this one.
  await paid(inDay(-1), 30)
  await paid(later(midnight, HOUR), 30)
  const rose = { subject: 'stripe-webhook', title: 'The webhook answers with errors', summary: 'It answered once with 5xx.' }
  await alert('webhook_5xx', 'critical', { ...rose, from: inDay(3), to: inDay(3, 5) })
  await alert('webhook_5xx', 'critical', { ...rose, from: inDay(9), to: inDay(9, 10) })
  await alert('orders_in_error', 'critical', { ...rose, subject: 'other', title: 'Of another day', from: inDay(-3), to: inDay(-2) })
  await alert('node_capacity', 'warning', {
    subject: 'node:1',
    title: 'A node is nearly full',
    summary: 'node-1 is 91.0 % full.',
    from: inDay(22),
    to: null,
  })
  await sql(
    `insert into answer_counts values ($1, 'stripe-webhook', '2xx', 198), ($1, 'stripe-webhook', '5xx', 2), ($2, 'stripe-webhook', '5xx', 70)`,
    [inDay(12), later(midnight, HOUR)],
  )
  await sql(`update stripe_health set endpoint = 'enabled', undelivered = 1`)
  await sql(
    `insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at) values ('evt_1', 'invoice.paid', $1, $1, '{}', $1)`,
    [inDay(23)],
  )
  await sql(`update ptero_nodes set strangers_ram_mb = floor(max_ram_gb * 1024 * 0.91) - reserved_ram_mb where id = 1`)
  await sql(
    `insert into messages (to_email, template, dedupe_key, status, next_attempt_at, created_at) values ('a@b.test', 'trouble', 'x', 'failed', $1, $1)`,
    [inDay(4)],
  )
  await compose([async () => [{ section: 'Checklist', text: 'Another room’s line.', tone: null }]])
  expect(await lines()).toEqual([
    'Orders | bad | 1 order in paid for over 10 minutes, the oldest for 30 min.',
    'Orders | bad | 1 order in error: they wait for a person.',
    'Orders | warn | 10 orders paid, 9 delivered, 1 failed, 2 later than 5 minutes. Half had their server within 60 s, 95 of 100 within 4 min.',
    'Orders | bad | Service level of 30 days: 80.0 % of 10 orders within 5 minutes (99 % promised); the error budget is overspent.',
    'Critical alerts | warn | The webhook answers with errors (stripe-webhook): 2 times, 15 min in all. It answered once with 5xx.',
    'Warnings | bad | A node is nearly full (node:1): once, 2 h in all, still so. node-1 is 91.0 % full.',
    'Webhooks | warn | 99.0 % of 200 events were taken (2 answered with 5xx).',
    'Webhooks | warn | 1 event waits in the inbox.',
    'Webhooks | well | Stripe’s endpoint: enabled.',
    'Webhooks | warn | Stripe could not deliver 1 event.',
    'Nodes | warn | node-1 is 91.0 % full.',
    'Messages | warn | 1 mail to customers could not be sent.',
    'Checklist | - | Another room’s line.',
  ])
})

test('a day on which nothing was wrong, line by line', async () => {
  for (let n = 0; n < 4; n += 1) await paid(inDay(6 * n), 60)
  await sql(`insert into answer_counts values ($1, 'stripe-webhook', '2xx', 40)`, [inDay(12)])
  await sql(`update stripe_health set endpoint = 'enabled'`)
  await compose()
  expect(await lines()).toEqual([
    'Orders | well | No order is stuck in paid.',
    'Orders | well | No order is in error.',
    'Orders | well | 4 orders paid, 4 delivered, 0 failed, 0 later than 5 minutes. Half had their server within 60 s, 95 of 100 within 60 s.',
    'Orders | well | Service level of 30 days: 100.0 % of 4 orders within 5 minutes (99 % promised); 100.0 % of the error budget is left.',
    'Critical alerts | well | None.',
    'Warnings | well | None.',
    'Webhooks | well | 100.0 % of 40 events were taken (0 answered with 5xx).',
    'Webhooks | well | The inbox is empty.',
    'Webhooks | well | Stripe’s endpoint: enabled.',
    'Nodes | well | All 2 nodes have room: none is over 80 %.',
    'Messages | well | Every mail to a customer was sent.',
  ])
})

test('once a day, to every channel that takes it, however many processes compose and tell', async () => {
  const { slack } = await shop.everyChannel()
  await sql(`update alert_channels set digest = false where id = $1`, [slack])
  await Promise.all([compose(), compose(), compose()])
  await shop.tell()
  await compose()
  await shop.tell()
  const { receivers } = shop
  const title = `Daily summary of ${later(midnight, -DAY).toISOString().slice(0, 10)}: `
  expect([receivers.titles('discord').length, receivers.titles('slack').length, receivers.titles('webhook').length]).toEqual([1, 0, 1])
  expect(receivers.titles('discord')[0]).toContain(title)
  expect(shop.mails().filter((subject) => subject.startsWith(title))).toHaveLength(1)
  expect(receivers.heard[0]?.text).toContain('No order is stuck in paid.')
  expect(ON_CALL).toContain('@')
})

test('not before its hour, and not of a day before the shop was watched', async () => {
  await composeDigest(shop.world, { hour: 8, parts: [] })
  expect(await lines()).toEqual([])
  await sql(`update alert_rules set made_at = $1`, [later(midnight, MINUTE)])
  await compose()
  expect(await lines()).toEqual([])
  await sql(`update alert_rules set made_at = $1`, [later(midnight, -MINUTE)])
  await compose()
  expect((await lines()).length).toBeGreaterThan(8)
})
