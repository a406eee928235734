import { beforeEach, expect, test } from 'vitest'
import { watchedShop } from '../../../test/kit/watched-shop.ts'
import type { Actor } from '../../kit/actor.ts'
import { asFailure } from '../../kit/failure.ts'
import { newRouter } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'
import { AlertPage, ChannelList, ChannelMade, DeliveryPage, RuleList } from '../contract.ts'
import { healthRoutes } from './index.ts'

const shop = await watchedShop()
const { sql, receivers } = shop
let role: Actor['role'] = 'admin'
const app = newRouter()
app.onError((error, c) => {
  const { code, status, say } = asFailure(error)
  return c.json({ type: code, detail: say }, status as 400)
})
app.use('*', async (c, next) => {
  c.set('actor', { kind: 'user', id: `the-${role}`, role })
  c.set('refusal', null)
  c.set('requestId', 'r1')
  await next()
})
app.route('/', healthRoutes(shop.world))

const call = async (method: string, path: string, body?: object) => {
  const answer = await app.request(`/api/ops/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const deeds = async () => (await sql(`select did, actor_id, why, details from audit_log where did like 'health.%' order by id`)).rows

beforeEach(async () => {
  await shop.nothingWrong()
  await sql(`delete from audit_log`)
  for (const channel of ['discord', 'slack', 'webhook'] as const) receivers.mend(channel)
  role = 'admin'
})

async function refusedKey(): Promise<string> {
  await sql(`update panel_health set refused_since = $1`, [shop.now()])
  await shop.judge()
  return String((await sql(`select id from alerts where rule_id = 'panel_key_refused'`)).rows[0].id)
}

test('an alert is read, acknowledged once, silenced with an end, and told again', async () => {
  const id = await refusedKey()
  role = 'support'
  const { items } = AlertPage.parse((await call('GET', 'alerts')).body)
  expect(items).toMatchObject([{ id, rule: 'panel_key_refused', acknowledgedBy: null, silencedUntil: null, resolvedAt: null }])
  expect((await call('POST', `alerts/${id}/acknowledge`, {})).body).toMatchObject({ acknowledgedBy: 'the-support', note: null })
  role = 'operator'
  expect((await call('POST', `alerts/${id}/acknowledge`, {})).body).toMatchObject({ acknowledgedBy: 'the-support' })
  expect((await call('POST', `alerts/${id}/acknowledge`, { note: 'new key asked for' })).body).toMatchObject({
    acknowledgedBy: 'the-operator',
  })
  const silenced = await call('POST', `alerts/${id}/silence`, { minutes: 30, reason: 'planned' })
  expect(Date.parse(String(silenced.body['silencedUntil'])) - shop.now().getTime()).toBeGreaterThan(29 * 60 * SECOND)
  expect((await call('POST', `alerts/${id}/silence`, { minutes: 0, reason: 'for ever' })).status).toBe(400)
  expect((await call('POST', `alerts/${id}/unsilence`)).body).toMatchObject({ silencedUntil: null })
  expect((await call('POST', `alerts/${id}/unsilence`)).status).toBe(409)
  expect((await deeds()).map((row) => row.did)).toEqual([
    'health.acknowledge_alert',
    'health.acknowledge_alert',
    'health.silence',
    'health.unsilence',
  ])
})

test('support silences nothing, an operator changes no rule and no channel', async () => {
  const id = await refusedKey()
  role = 'support'
  expect((await call('POST', `alerts/${id}/silence`, { minutes: 5, reason: 'why not' })).status).toBe(403)
  role = 'operator'
  expect((await call('PATCH', 'alert-rules/order_stuck', { threshold: 1, reason: 'why not' })).status).toBe(403)
  expect((await call('POST', 'alert-channels', { kind: 'email', name: 'x', to: ['a@b.test'] })).status).toBe(403)
})

test('pages hold every alert once, newest first; open, resolved and all', async () => {
  await shop.judge()
  await sql(
    `insert into alerts (rule_id, subject, severity, title, summary, remedy, value, threshold, unit, since, fired_at, last_seen_at, resolved_at)
     select 'node_capacity', 'node:' || n, 'warning', 'T', 'S', 'R', 1, 1, 'u', $1, $1, $1, case when n % 2 = 0 then $1::timestamptz end from generate_series(1, 7) n`,
    [shop.now()],
  )
  const pages = async (state: string) => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await call('GET', `alerts?state=${state}&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...AlertPage.parse(body).items.map((one) => one.subject))
      cursor = body['nextCursor'] as string | null
    }
    return seen.sort()
  }
  expect(await pages('all')).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `node:${n}`))
  expect(await pages('open')).toEqual([1, 3, 5, 7].map((n) => `node:${n}`))
  expect(await pages('resolved')).toEqual([2, 4, 6].map((n) => `node:${n}`))
  expect((await call('GET', 'alerts?cursor=x')).status).toBe(400)
})

test('a threshold is changed with a reason, and counts from the next look on', async () => {
  const { rules } = RuleList.parse((await call('GET', 'alert-rules')).body)
  expect(rules.find((one) => one.id === 'orders_in_error')).toMatchObject({ threshold: 2, when: 'at_least', defaults: { threshold: 2 } })
  await sql(`update orders set status = 'error' where id = $1`, [await shop.paidOrder()])
  await shop.judge()
  expect(await shop.firing()).toEqual([])
  expect((await call('PATCH', 'alert-rules/orders_in_error', { threshold: 1 })).status).toBe(400)
  expect((await call('PATCH', 'alert-rules/orders_in_error', { reason: 'nothing else' })).status).toBe(400)
  expect((await call('PATCH', 'alert-rules/none', { threshold: 1, reason: 'one is enough' })).status).toBe(404)
  const changed = RuleList.parse((await call('PATCH', 'alert-rules/orders_in_error', { threshold: 1, reason: 'one is enough' })).body)
  expect(changed.rules.find((one) => one.id === 'orders_in_error')).toMatchObject({ threshold: 1, changedBy: 'the-admin' })
  await shop.judge()
  expect(await shop.firing()).toEqual(['orders_in_error orders'])
  await call('PATCH', 'alert-rules/orders_in_error', { enabled: false, reason: 'not now' })
  await shop.judge()
  expect(await shop.firing()).toEqual([])
  expect((await deeds())[0]).toMatchObject({ why: 'one is enough', details: { before: { threshold: 2 }, change: { threshold: 1 } } })
})

test('a rule is silenced as a whole', async () => {
  await shop.everyChannel()
  await shop.judge()
  await call('POST', 'alert-rules/panel_key_refused/silence', { minutes: 10, reason: 'a new key comes' })
  await refusedKey()
  await shop.tell()
  expect(receivers.heard).toEqual([])
  await call('POST', 'alert-rules/panel_key_refused/unsilence')
  await shop.judge()
  await shop.tell()
  expect(receivers.titles('slack')).toHaveLength(1)
})

test('channels: addresses and secrets go in and never come out', async () => {
  const secretPath = 'T00/B00/very-secret'
  const made = await call('POST', 'alert-channels', {
    kind: 'slack',
    name: 'On call',
    url: `https://hooks.slack.com/services/${secretPath}`,
  })
  expect(made.status).toBe(201)
  expect(ChannelMade.parse(made.body)).toMatchObject({ channel: { target: 'hooks.slack.com/…', alerts: true, digest: true }, secret: null })
  const webhook = ChannelMade.parse(
    (await call('POST', 'alert-channels', { kind: 'webhook', name: 'Program', url: 'https://alerts.example.com/in' })).body,
  )
  expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect((await call('POST', 'alert-channels', { kind: 'email', name: 'on CALL', to: ['a@b.test'] })).status).toBe(409)
  expect((await call('POST', 'alert-channels', { kind: 'email', name: 'Mail', to: ['no address'] })).status).toBe(400)
  const patched = ChannelMade.parse(
    (await call('PATCH', `alert-channels/${webhook.channel.id}`, { roll_secret: true, enabled: false })).body,
  )
  expect(patched.channel.enabled).toBe(false)
  expect(patched.secret).not.toBe(webhook.secret)
  expect((await call('PATCH', `alert-channels/${webhook.channel.id}`, { to: ['a@b.test'] })).status).toBe(400)
  expect((await call('PATCH', `alert-channels/${webhook.channel.id}`, { name: 'On call' })).status).toBe(409)
  expect((await call('PATCH', `alert-channels/${webhook.channel.id}`, {})).status).toBe(400)
  const all = JSON.stringify([await call('GET', 'alert-channels'), await call('GET', 'alert-deliveries'), await deeds()])
  for (const secret of [secretPath, String(webhook.secret), String(patched.secret)]) expect(all).not.toContain(secret)
  expect((await call('POST', `alert-channels/${webhook.channel.id}/remove`, { reason: 'no' })).status).toBe(400)
  const left = ChannelList.parse((await call('POST', `alert-channels/${webhook.channel.id}/remove`, { reason: 'not used' })).body)
  expect(left.channels.map((one) => one.name)).toEqual(['On call'])
})

test('a test says at once whether the channel took it, and why not', async () => {
  const { webhook, email } = await shop.everyChannel()
  expect((await call('POST', `alert-channels/${webhook}/test`)).body).toEqual({ sent: true, error: null })
  expect(receivers.heard).toMatchObject([{ channel: 'webhook', title: 'Test: this channel works', body: { type: 'test' } }])
  expect((await call('POST', `alert-channels/${email}/test`)).body).toEqual({ sent: true, error: null })
  expect(shop.mails()[0]).toBe('Test: this channel works')
  receivers.break('webhook', 500)
  const failed = (await call('POST', `alert-channels/${webhook}/test`)).body
  expect(failed).toMatchObject({ sent: false, error: expect.stringContaining('it answered 500') })
  const { items } = DeliveryPage.parse((await call('GET', `alert-deliveries?channel=${webhook}`)).body)
  expect(items.map((one) => [one.kind, one.status, one.lastError])).toEqual([
    ['test', 'failed', 'answered 500'],
    ['test', 'sent', null],
  ])
  receivers.mend('webhook')
  await shop.clock.advance(120 * SECOND)
  await shop.tell()
  expect(receivers.heard).toHaveLength(1)
})
