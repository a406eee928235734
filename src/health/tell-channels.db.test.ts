import { beforeEach, expect, test } from 'vitest'
import { watchedShop } from '../../test/kit/watched-shop.ts'
import { HOUR, later, MINUTE, SECOND } from '../kit/time.ts'
import { createTeller } from './index.ts'

const shop = await watchedShop()
const { sql, receivers } = shop
const KINDS = ['discord', 'slack', 'webhook'] as const

beforeEach(async () => {
  await shop.nothingWrong()
  for (const kind of KINDS) receivers.mend(kind)
  shop.mailFaults.clear()
  mailsBefore = shop.mails().length
})
let mailsBefore = 0
const mails = () => {
  const all = shop.mails()
  return all.slice(0, all.length - mailsBefore).reverse()
}
const breakIt = () => sql(`update panel_health set refused_since = $1`, [shop.now()])
const mendIt = async () => {
  await sql(`update panel_health set refused_since = null`)
  await shop.judge()
  await shop.clock.advance(61 * SECOND)
  await sql(`update heartbeats set last_seen_at = now()`)
  await shop.judge()
}
const deliveries = async () =>
  (
    await sql(
      `select c.name, d.kind, d.status, d.attempts, d.last_error from alert_deliveries d join alert_channels c on c.id = d.channel_id order by c.name, d.kind`,
    )
  ).rows
const FIRED = 'Critical: The panel refuses our key'
const RESOLVED = 'Resolved: The panel refuses our key'

test('a critical alert goes to every channel at once, and so does its end; each once', async () => {
  await shop.everyChannel()
  await breakIt()
  await shop.judge()
  await shop.judge()
  await shop.tell()
  await shop.tell()
  for (const kind of KINDS) expect(receivers.titles(kind)).toEqual([FIRED])
  expect(mails()).toEqual([FIRED])
  await mendIt()
  await shop.tell()
  for (const kind of KINDS) expect(receivers.titles(kind)).toEqual([FIRED, RESOLVED])
  expect(mails()).toEqual([FIRED, RESOLVED])
  expect(receivers.refused).toEqual([])
  const [webhook] = receivers.heard.filter((one) => one.channel === 'webhook')
  expect(webhook?.body).toMatchObject({
    type: 'alert.fired',
    data: { rule: 'panel_key_refused', subject: 'panel', severity: 'critical', threshold: 0, link: 'http://shop.test/ops/alerts' },
  })
})

test('a warning goes to nobody at once', async () => {
  await shop.everyChannel()
  await sql(`update ptero_nodes set strangers_ram_mb = max_ram_gb * 1024 * 0.9 - reserved_ram_mb`)
  await shop.judge()
  expect(await shop.firing()).toContain('node_capacity node:1')
  expect(await deliveries()).toEqual([])
})

test('one channel is down: the others are told; it is tried again until it takes it, beginning before end', async () => {
  await shop.everyChannel()
  receivers.break('discord', 503)
  shop.mailFaults.add({ system: 'mail', kind: 'down' })
  await breakIt()
  await shop.judge()
  await shop.tell()
  expect([receivers.titles('slack'), receivers.titles('webhook'), receivers.titles('discord'), mails()]).toEqual([[FIRED], [FIRED], [], []])
  expect(await deliveries()).toMatchObject([
    { name: 'discord', status: 'queued', attempts: 1, last_error: 'answered 503' },
    { name: 'email', status: 'queued', attempts: 1 },
    { name: 'slack', status: 'sent', attempts: 1, last_error: null },
    { name: 'webhook', status: 'sent', attempts: 1 },
  ])
  await mendIt()
  await shop.tell()
  expect(receivers.titles('slack')).toEqual([FIRED, RESOLVED])
  expect(receivers.titles('discord')).toEqual([])
  receivers.mend('discord')
  shop.mailFaults.clear()
  await shop.clock.advance(MINUTE)
  await shop.tell()
  expect([receivers.titles('discord'), mails()]).toEqual([
    [FIRED, RESOLVED],
    [FIRED, RESOLVED],
  ])
})

test('a channel that hangs holds up no other', async () => {
  await shop.everyChannel()
  receivers.break('slack', 'hang')
  await breakIt()
  await shop.judge()
  await shop.teller.go()
  await expect.poll(() => [receivers.titles('discord'), receivers.titles('webhook')], { timeout: 400 }).toEqual([[FIRED], [FIRED]])
  expect((await deliveries()).find((one) => one.name === 'slack')).toMatchObject({ status: 'queued', attempts: 1, last_error: null })
  await shop.teller.settled()
  expect((await deliveries()).find((one) => one.name === 'slack')).toMatchObject({ last_error: 'no answer within 0.5 s' })
})

test('a process that ended in the middle: another goes on when its time is over, and nothing is told twice', async () => {
  await shop.everyChannel()
  await breakIt()
  await shop.judge()
  const never = { ...shop.world, channels: { ...shop.world.channels, tell: () => new Promise<void>(() => undefined) } }
  const killed = createTeller(never)
  await killed.go()
  await expect.poll(async () => (await deliveries()).filter((one) => one.attempts === 1).length).toBe(4)
  await shop.tell()
  for (const kind of KINDS) expect(receivers.titles(kind)).toEqual([])
  await shop.clock.advance(MINUTE)
  await Promise.all([shop.tell(), shop.tell(), createTeller(shop.world).go()])
  for (const kind of KINDS) await expect.poll(() => receivers.titles(kind)).toEqual([FIRED])
  expect(mails()).toEqual([FIRED])
})

test('the same notice keeps its id over all tries', async () => {
  await shop.channel('webhook', { url: receivers.url('webhook'), secret: 'whsec_d3Jvbmc=' })
  await breakIt()
  await shop.judge()
  await shop.tell()
  expect(receivers.refused.splice(0)).toHaveLength(1)
  const { rows } = await sql(`select id from alert_deliveries`)
  await sql(`update alert_channels set config = jsonb_build_object('url', config->>'url', 'secret', $1::text)`, [
    `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`,
  ])
  await shop.clock.advance(MINUTE)
  await shop.tell()
  expect(receivers.heard.map((one) => one.id)).toEqual([rows[0].id])
})

test('silenced it fires and nobody is told; when the silence is over and it still fires, everybody is', async () => {
  await shop.everyChannel()
  await shop.judge()
  await sql(`insert into alert_silences values ('panel_key_refused', 'panel', $1, 'me', 'maintenance', $2)`, [
    later(shop.now(), HOUR),
    shop.now(),
  ])
  await breakIt()
  await shop.judge()
  expect(await shop.firing()).toContain('panel_key_refused panel')
  expect(await deliveries()).toEqual([])
  await shop.clock.advance(HOUR + SECOND)
  await sql(`update heartbeats set last_seen_at = now()`)
  await shop.judge()
  await shop.tell()
  expect(receivers.titles('slack')).toEqual([FIRED])
})

test('what ended in silence is never told; a channel that is off, or takes no alerts, is told nothing', async () => {
  const { discord, slack } = await shop.everyChannel()
  await sql(`update alert_channels set enabled = false where id = $1`, [discord])
  await sql(`update alert_channels set alerts = false where id = $1`, [slack])
  await shop.judge()
  await sql(`insert into alert_silences values ('panel_key_refused', '', $1, 'me', 'maintenance', $2)`, [
    later(shop.now(), HOUR),
    shop.now(),
  ])
  await breakIt()
  await shop.judge()
  await mendIt()
  expect(await deliveries()).toEqual([])
  await sql(`delete from alert_silences`)
  await breakIt()
  await shop.judge()
  await shop.tell()
  expect((await deliveries()).map((one) => one.name)).toEqual(['email', 'webhook'])
})

test('what a failing channel says of itself goes to the others', async () => {
  const { discord } = await shop.everyChannel()
  await sql(
    `insert into alert_deliveries (channel_id, key, kind, notice, next_attempt_at, queued_at, last_error, last_error_at) values ($1, 'old', 'test', '{}', $3, $2, 'answered 404', $2)`,
    [discord, later(shop.now(), -11 * MINUTE), later(shop.now(), HOUR)],
  )
  await shop.judge()
  await shop.tell()
  expect(receivers.titles('slack')).toEqual(['Critical: A channel does not take our alerts'])
  expect(receivers.titles('discord')).toEqual([])
})

test('many judges at once: one alert, told once', async () => {
  await shop.everyChannel()
  await breakIt()
  await Promise.all(Array.from({ length: 6 }, () => shop.judge().catch(() => null)))
  await shop.judge()
  await Promise.all([shop.tell(), shop.tell()])
  expect((await sql(`select count(*)::int as n from alerts`)).rows).toEqual([{ n: 1 }])
  expect(receivers.titles('discord')).toEqual([FIRED])
})
