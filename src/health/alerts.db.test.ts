import { beforeEach, expect, test } from 'vitest'
import { watchedShop } from '../../test/kit/watched-shop.ts'
import { later, MINUTE, SECOND } from '../kit/time.ts'

const shop = await watchedShop()
const { sql } = shop
beforeEach(() => shop.nothingWrong())

const ago = (ms: number) => later(shop.now(), -ms)
async function order(change: string, values: unknown[] = []): Promise<string> {
  const id = await shop.paidOrder()
  await sql(`update orders set ${change} where id = '${id}'`, values)
  return id
}
const answers = (route: string, statusClass: string, count: number, at = shop.now()) =>
  sql(
    `insert into answer_counts values (date_trunc('minute', $1::timestamptz), $2, $3, $4)
     on conflict (minute, route, status_class) do update set count = answer_counts.count + excluded.count`,
    [at, route, statusClass, count],
  )
const ticker = (name: string, everyMs: number, okAgoSeconds: number) =>
  sql(
    `insert into ticker_runs (name, every_ms, first_at, heard_at, last_ok_at) values ($1, $2, now() - interval '1 day', now(), now() - make_interval(secs => $3))
     on conflict (name) do update set last_ok_at = excluded.last_ok_at`,
    [name, everyMs, okAgoSeconds],
  )
const fill = (percent: number) =>
  sql(
    `update ptero_nodes set strangers_ram_mb = floor(max_ram_gb * 1024 * $1 / 100) - reserved_ram_mb where id = (select min(id) from ptero_nodes)`,
    [percent],
  )

interface Case {
  fires: string
  /** How many evaluations 15 s apart it takes. */
  looks?: number
  below: () => Promise<unknown>
  over: () => Promise<unknown>
  mend: () => Promise<unknown>
}
const nodeId = async () => (await sql('select min(id) as id from ptero_nodes')).rows[0].id as number
const endAll = () => sql(`update orders set status = 'canceled', canceled_at = created_at`)

/** Just below its threshold, over it, mended: every rule there is. */
const CASES: Record<string, Case> = {
  provisioning_5xx: {
    fires: 'servers-provision',
    below: () => answers('servers-provision', '4xx', 50),
    over: () => answers('servers-provision', '5xx', 1),
    mend: () => sql(`delete from answer_counts`),
  },
  webhook_5xx: {
    fires: 'stripe-webhook',
    below: () => answers('stripe-webhook', '5xx', 1, ago(6 * MINUTE)),
    over: () => answers('stripe-webhook', '5xx', 1, ago(3 * MINUTE)),
    mend: () => sql(`delete from answer_counts`),
  },
  order_stuck: {
    fires: 'orders',
    below: () => order(`created_at = $1`, [ago(15 * MINUTE - 5 * SECOND)]),
    over: () => order(`created_at = $1`, [ago(15 * MINUTE + SECOND)]),
    mend: endAll,
  },
  orders_in_error: {
    fires: 'orders',
    below: () => order(`status = 'error'`),
    over: () => order(`status = 'error'`),
    mend: () => sql(`update orders set status = 'paid' where status = 'error'`),
  },
  oldest_unfulfilled: {
    fires: 'orders',
    below: () => order(`status = 'installing', created_at = $1`, [ago(60 * MINUTE - 5 * SECOND)]),
    over: () => order(`status = 'installing', created_at = $1`, [ago(60 * MINUTE + SECOND)]),
    mend: endAll,
  },
  worker_dead: {
    fires: 'workers',
    looks: 2,
    below: () => sql(`update heartbeats set last_seen_at = now() - interval '55 seconds'`),
    over: () => sql(`update heartbeats set last_seen_at = now() - interval '61 seconds'`),
    mend: () => sql(`update heartbeats set last_seen_at = now()`),
  },
  sweep_dead: {
    fires: 'sweep_panel',
    looks: 2,
    below: () => ticker('sweep_panel', 600_000, 1_780),
    over: () => ticker('sweep_panel', 600_000, 1_801),
    mend: () => ticker('sweep_panel', 600_000, 0),
  },
  panel_key_refused: {
    fires: 'panel',
    below: () => sql(`update panel_health set unreachable_since = $1`, [ago(9 * MINUTE)]),
    over: () => sql(`update panel_health set unreachable_since = null, refused_since = $1`, [shop.now()]),
    mend: () => sql(`update panel_health set refused_since = null`),
  },
  panel_unreachable: {
    fires: 'panel',
    below: () => sql(`update panel_health set unreachable_since = $1`, [ago(10 * MINUTE - 5 * SECOND)]),
    over: () => sql(`update panel_health set unreachable_since = $1`, [ago(10 * MINUTE + SECOND)]),
    mend: () => sql(`update panel_health set unreachable_since = null`),
  },
  stripe_key_refused: {
    fires: 'stripe',
    below: () => sql(`update stripe_health set unreachable_since = $1`, [ago(9 * MINUTE)]),
    over: () => sql(`update stripe_health set unreachable_since = null, refused_since = $1`, [shop.now()]),
    mend: () => sql(`update stripe_health set refused_since = null`),
  },
  stripe_unreachable: {
    fires: 'stripe',
    below: () => sql(`update stripe_health set unreachable_since = $1`, [ago(10 * MINUTE - 5 * SECOND)]),
    over: () => sql(`update stripe_health set unreachable_since = $1`, [ago(10 * MINUTE + SECOND)]),
    mend: () => sql(`update stripe_health set unreachable_since = null`),
  },
  brake_tripped: {
    fires: 'servers.sweep_brake',
    below: () => finding('servers.wrong_owner'),
    over: () => finding('servers.sweep_brake'),
    mend: () => sql(`update findings set status = 'resolved'`),
  },
  webhook_endpoint: {
    fires: 'endpoint',
    below: () => sql(`update stripe_health set endpoint = 'enabled'`),
    over: () => sql(`update stripe_health set endpoint = 'disabled'`),
    mend: () => sql(`update stripe_health set endpoint = 'enabled'`),
  },
  webhook_stuck: {
    fires: 'inbox',
    below: () => event(10 * MINUTE - 5 * SECOND),
    over: () => event(10 * MINUTE + SECOND),
    mend: () => sql(`update stripe_events set processed_at = now()`),
  },
  clock_wrong: {
    fires: 'a:worker:1',
    looks: 2,
    below: () => sql(`update heartbeats set clock_offset_ms = -4990`),
    over: () => sql(`update heartbeats set clock_offset_ms = -5010`),
    mend: () => sql(`update heartbeats set clock_offset_ms = 3`),
  },
  provisioning_errors: {
    fires: 'provisioning',
    below: async () => {
      await answers('panel-create', '2xx', 90)
      await answers('servers-provision', '2xx', 5)
      await answers('servers-provision', '4xx', 70)
      await answers('panel-create', '5xx', 5)
    },
    over: () => answers('servers-provision', '5xx', 1, ago(20 * MINUTE)),
    mend: () => answers('panel-create', '2xx', 900),
  },
  provisioning_slow: {
    fires: 'orders',
    below: () => order(`status = 'provisioned', created_at = $1, delivered_at = $2`, [ago(10 * MINUTE), ago(5 * MINUTE)]),
    over: () => order(`status = 'provisioned', created_at = $1, delivered_at = $2`, [ago(10 * MINUTE + SECOND), ago(5 * MINUTE)]),
    mend: () => sql(`update orders set delivered_at = null, status = 'canceled'`),
  },
  webhook_undelivered: {
    fires: 'events',
    below: () => sql(`update stripe_health set undelivered = 3, undelivered_since = $1`, [ago(10 * MINUTE - 5 * SECOND)]),
    over: () => sql(`update stripe_health set undelivered = 3, undelivered_since = $1`, [ago(10 * MINUTE + SECOND)]),
    mend: () => sql(`update stripe_health set undelivered = 0, undelivered_since = null`),
  },
  node_capacity: {
    fires: 'node:1',
    below: () => fill(79.9),
    over: () => fill(80.2),
    mend: () => fill(70),
  },
  channel_failing: {
    fires: 'channel:x',
    below: () => failing(10 * MINUTE - 5 * SECOND),
    over: () => failing(10 * MINUTE + SECOND),
    mend: () => sql(`update alert_deliveries set status = 'sent'`),
  },
}
const finding = (kind: string) =>
  sql(
    `insert into findings (kind, severity, subject_type, subject_id, summary, remedy, opened_at, last_seen_at) values ($1, 'critical', 'panel', 'sweep', 'The sweep wants a person.', 'R', $2, $2)`,
    [kind, shop.now()],
  )
const event = (ms: number) =>
  sql(
    `insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at) values (gen_random_uuid(), 'invoice.paid', $1, $1, '{}', $1)`,
    [ago(ms)],
  )
async function failing(ms: number): Promise<void> {
  const id = (await sql(`select id from alert_channels`)).rows[0]?.id ?? (await shop.channel('discord', { url: 'http://127.0.0.1:1/none' }))
  await sql(
    `insert into alert_deliveries (channel_id, key, kind, notice, next_attempt_at, queued_at, last_error, last_error_at) values ($1, gen_random_uuid()::text, 'test', '{}', $2, $2, 'no', $2)`,
    [id, ago(ms)],
  )
}

test('every rule that the code knows has its case here', async () => {
  await shop.judge()
  const rules = (await sql(`select id from alert_rules order by id`)).rows.map((row) => row.id)
  expect(rules).toEqual(Object.keys(CASES).sort())
  expect(await shop.firing()).toEqual([])
})

test.each(Object.entries(CASES))(
  '%s: not just below its threshold; over it once, however often it is looked at; over when mended',
  async (rule, one) => {
    await one.below()
    await shop.judge()
    const mine = async () => (await shop.firing()).filter((name) => name.startsWith(`${rule} `))
    expect(await mine()).toEqual([])
    // Nothing but what belongs to it, either: the rules before and after it are silent.
    await one.over()
    for (let look = 0; look < (one.looks ?? 1); look += 1) {
      expect(await mine()).toEqual([])
      if (look > 0) await shop.clock.advance(15 * SECOND)
      await shop.judge()
    }
    const channel = (await sql(`select id from alert_channels`)).rows[0]?.id
    const subject = one.fires.replace('node:1', `node:${await nodeId()}`).replace('channel:x', `channel:${channel}`)
    expect(await mine()).toEqual([`${rule} ${subject}`])
    await shop.judge()
    expect((await sql(`select count(*)::int as n from alerts where rule_id = $1 and fired_at is not null`, [rule])).rows).toEqual([
      { n: 1 },
    ])

    await one.mend()
    await shop.judge()
    expect(await mine()).toHaveLength(1)
    await shop.clock.advance(61 * SECOND)
    await sql(`update heartbeats set last_seen_at = now()`)
    await shop.judge()
    expect(await mine()).toEqual([])
    const { rows } = await sql(`select resolved_at is not null as over, summary, remedy from alerts where rule_id = $1`, [rule])
    expect(rows).toMatchObject([{ over: true }])
    expect(rows[0].summary.length).toBeGreaterThan(10)
  },
)
