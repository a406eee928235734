import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import { HOUR, later, MINUTE } from '../../kit/time.ts'
import { type AgedOrder, type Figures, LISTED_MAX } from '../rules/figures.ts'
import { waitingOrders } from './orders.ts'
import { livingProcesses, livingTickers, workersState } from './pulse.ts'
import { stripeHealth } from './stripe.ts'

/** What functions are called in `answer_counts`; `panel-create` is what the panel answered to creates. */
export const PROVISION = 'servers-provision'
export const WEBHOOK = 'stripe-webhook'
export const PANEL_CREATE = 'panel-create'

/** Of the sweep's findings those that hold it back. */
const BRAKES = ['servers.sweep_brake', 'servers.mass_missing']
const ANSWERS_MS = 5 * MINUTE

/** Everything the rules are judged on. Each query reads by an index what is alive or of the last hour. */
export async function readFigures(q: Queries, now: Date): Promise<Figures> {
  const [answers, tries, paid, inError, slowest, nodes, workers, tickers, clocks, panel, stripe, brakes, inbox, channels] =
    await Promise.all([
      answered5xx(q, now),
      provisioningTries(q, now),
      ordersIn(q, 'paid', now),
      ordersInError(q, now),
      slowestOrders(q, now),
      nodesInUse(q),
      workersState(q),
      livingTickers(q),
      livingProcesses(q),
      panelTrouble(q, now),
      stripeHealth(q),
      openBrakes(q, now),
      inboxTrouble(q, now),
      failingChannels(q, now),
    ])
  const waits = await waitingOrders(q)
  const since = (at: Date | null) => (at === null ? null : secondsSince(at, now))
  return {
    answered5xx: answers,
    provisioning: tries,
    paid,
    unfulfilled: { count: waits.waiting, oldest: waits.oldestPaidAt && (await oldestUnfulfilled(q, now)) },
    inError,
    slowest,
    nodes,
    workers,
    tickers,
    clocks: clocks.map(({ host, role, pid, clockOffsetMs }) => ({ host, role, pid, offsetSeconds: clockOffsetMs / 1_000 })),
    panel,
    stripe: { refusedSeconds: since(stripe.refusedSince), unreachableSeconds: since(stripe.unreachableSince) },
    brakes,
    endpoint: { state: stripe.endpoint, url: stripe.endpointUrl },
    undelivered: {
      count: stripe.undelivered,
      oldestSeconds: since(stripe.undeliveredSince) ?? 0,
      types: stripe.undeliveredTypes,
    },
    inbox,
    channels,
  }
}

const secondsSince = (at: Date, now: Date): number => Math.max(0, (now.getTime() - at.getTime()) / 1_000)

async function answered5xx(q: Queries, now: Date): Promise<Figures['answered5xx']> {
  const rows = await q
    .selectFrom('answer_counts')
    .select((e) => ['route', e.fn.sum<number>('count').as('count')])
    .where('minute', '>', later(now, -ANSWERS_MS))
    .where('status_class', '=', '5xx')
    .where('route', 'in', [PROVISION, WEBHOOK])
    .groupBy('route')
    .execute()
  const count = (route: string) => Number(rows.find((row) => row.route === route)?.count ?? 0)
  return { provision: count(PROVISION), webhook: count(WEBHOOK) }
}

/** Creates that the panel was asked for, and calls of our function: the runbook's “requests”. Its 4xx are the caller's own. */
async function provisioningTries(q: Queries, now: Date): Promise<Figures['provisioning']> {
  const row = await q
    .selectFrom('answer_counts')
    .select([
      sql<number>`coalesce(sum(count), 0)`.as('tries'),
      sql<number>`coalesce(sum(count) filter (where status_class = '5xx' or (route = ${PANEL_CREATE} and status_class = '4xx')), 0)`.as(
        'failed',
      ),
    ])
    .where('minute', '>', later(now, -HOUR))
    .where((e) => e.or([e('route', '=', PANEL_CREATE), e.and([e('route', '=', PROVISION), e('status_class', 'in', ['2xx', '5xx'])])]))
    .executeTakeFirstOrThrow()
  return { tries: Number(row.tries), failed: Number(row.failed) }
}

interface OrderRow {
  id: string
  status: string
  at: Date
  cause: string | null
}
const aged = (rows: OrderRow[], now: Date): AgedOrder[] =>
  rows.map(({ id, status, at, cause }) => ({ id, status, cause, seconds: secondsSince(at, now) }))

async function ordersIn(q: Queries, status: 'paid', now: Date): Promise<AgedOrder[]> {
  const { rows } = await sql<OrderRow>`
    select id, status, created_at as at, failure->>'cause' as cause from orders
    where status = ${status} order by created_at limit ${LISTED_MAX}`.execute(q)
  return aged(rows, now)
}

async function ordersInError(q: Queries, now: Date): Promise<Figures['inError']> {
  const { rows } = await sql<OrderRow & { total: number }>`
    select id, status, created_at as at, failure->>'cause' as cause, (select count(*) from orders where status = 'error') as total from orders
    where status = 'error' order by created_at desc limit ${LISTED_MAX}`.execute(q)
  return { count: rows[0]?.total ?? 0, orders: aged(rows, now) }
}

async function oldestUnfulfilled(q: Queries, now: Date): Promise<AgedOrder | null> {
  const { rows } = await sql<OrderRow>`
    select id, status, created_at as at, failure->>'cause' as cause from orders
    where delivered_at is null and status in ('paid', 'provisioning', 'installing', 'error') order by created_at limit 1`.execute(q)
  return aged(rows, now)[0] ?? null
}

async function slowestOrders(q: Queries, now: Date): Promise<AgedOrder[]> {
  const { rows } = await sql<{ id: string; status: string; seconds: number; cause: string | null }>`
    (select id, status, extract(epoch from delivered_at - created_at)::float8 as seconds, null as cause from orders
     where delivered_at >= ${later(now, -HOUR)} order by delivered_at - created_at desc limit ${LISTED_MAX})
    union all
    (select id, status, extract(epoch from ${now}::timestamptz - created_at)::float8, failure->>'cause' from orders
     where delivered_at is null and status in ('paid', 'provisioning', 'installing', 'error') order by created_at limit ${LISTED_MAX})
    order by seconds desc limit ${LISTED_MAX}`.execute(q)
  return rows
}

async function nodesInUse(q: Queries): Promise<Figures['nodes']> {
  const { rows } = await sql<{ id: number; name: string; usedPercent: number }>`
    select id, name, (100 * (1 - free_ram_mb / ((max_ram_gb - reserved_headroom_gb) * 1024)))::float8 as "usedPercent" from ptero_nodes
    where enabled and gone_at is null and max_ram_gb > reserved_headroom_gb order by id`.execute(q)
  return rows
}

async function panelTrouble(q: Queries, now: Date): Promise<Figures['panel']> {
  const row = await q.selectFrom('panel_health').select(['refused_since', 'unreachable_since']).executeTakeFirstOrThrow()
  return {
    refusedSeconds: row.refused_since && secondsSince(row.refused_since, now),
    unreachableSeconds: row.unreachable_since && secondsSince(row.unreachable_since, now),
  }
}

async function openBrakes(q: Queries, now: Date): Promise<Figures['brakes']> {
  const rows = await q
    .selectFrom('findings')
    .select(['kind', 'summary', 'opened_at'])
    .where('status', '=', 'open')
    .where('kind', 'in', BRAKES)
    .execute()
  return rows.map((row) => ({ kind: row.kind, summary: row.summary, ageSeconds: secondsSince(row.opened_at, now) }))
}

async function inboxTrouble(q: Queries, now: Date): Promise<Figures['inbox']> {
  const { rows } = await sql<{ waiting: number; failing: number; oldest: Date | null; error: string | null }>`
    select count(*) as waiting, count(last_error) as failing, min(received_at) as oldest,
      (array_agg(last_error order by received_at) filter (where last_error is not null))[1] as error
    from stripe_events where processed_at is null`.execute(q)
  const [row] = rows
  return {
    waiting: row?.waiting ?? 0,
    failing: row?.failing ?? 0,
    oldestSeconds: row?.oldest ? secondsSince(row.oldest, now) : 0,
    lastError: row?.error ?? null,
  }
}

async function failingChannels(q: Queries, now: Date): Promise<Figures['channels']> {
  const { rows } = await sql<{ id: string; name: string; kind: string; since: Date; error: string | null }>`
    select c.id, c.name, c.kind, min(d.queued_at) as since, (array_agg(d.last_error order by d.last_error_at desc))[1] as error
    from alert_deliveries d join alert_channels c on c.id = d.channel_id
    where d.status = 'queued' and d.last_error is not null and c.enabled group by c.id`.execute(q)
  return rows.map(({ since, error, ...row }) => ({ ...row, failingSeconds: secondsSince(since, now), lastError: error }))
}

/** In `paid` for longer than that, or in error: oldest first. */
export async function ordersToSee(q: Queries, ask: { now: Date; stuckAfterMs: number }): Promise<AgedOrder[]> {
  const { rows } = await sql<OrderRow>`
    (select id, status, created_at as at, failure->>'cause' as cause from orders
     where status = 'paid' and created_at < ${later(ask.now, -ask.stuckAfterMs)} order by created_at limit ${LISTED_MAX})
    union all
    (select id, status, created_at, failure->>'cause' from orders where status = 'error' order by created_at limit ${LISTED_MAX})
    order by at limit ${LISTED_MAX}`.execute(q)
  return aged(rows, ask.now)
}
