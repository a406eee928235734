import { type Selectable, sql } from 'kysely'
import type { Queries, Tables } from '../../db/index.ts'
import { HOUR } from '../../kit/time.ts'
import { BOUNDS, noBuckets, SLO } from '../rules/slo.ts'

export type ProvisioningHour = Selectable<Tables['provisioning_hours']>

export const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / HOUR) * HOUR)

/** What became of the orders that were paid in a stretch of time, in steps of so many seconds; steps without an order are left out. */
export interface Cohort {
  at: Date
  paid: number
  inTime: number
  late: number
  delivered: number
  failed: number
  waiting: number
  p50Seconds: number | null
  p95Seconds: number | null
  secondsSum: number
}

/** One that its customer canceled before its time was up is nobody's failure: it is not counted at all. */
const OUTCOMES = (from: Date, to: Date, now: Date) => sql`
  select created_at, delivered_at, status,
    case when delivered_at is not null then greatest(0, extract(epoch from delivered_at - created_at))::float8 end as seconds,
    extract(epoch from coalesce(delivered_at, ${now}::timestamptz) - created_at) > ${SLO.seconds} as too_long
  from orders
  where created_at >= ${from} and created_at < ${to}
    and not (status = 'canceled' and delivered_at is null and coalesce(canceled_at, updated_at) < created_at + make_interval(secs => ${SLO.seconds}))`

export async function cohorts(q: Queries, ask: { from: Date; to: Date; stepSeconds: number; now: Date }): Promise<Cohort[]> {
  const { rows } = await sql<Cohort>`
    select date_bin(make_interval(secs => ${ask.stepSeconds}), created_at, ${ask.from}::timestamptz) as at,
      count(*) as paid,
      count(*) filter (where delivered_at is not null and not too_long) as "inTime",
      count(*) filter (where too_long) as late,
      count(delivered_at) as delivered,
      count(*) filter (where delivered_at is null and status in ('error', 'canceled')) as failed,
      count(*) filter (where delivered_at is null and status in ('paid', 'provisioning', 'installing')) as waiting,
      percentile_cont(0.5) within group (order by seconds) as "p50Seconds",
      percentile_cont(0.95) within group (order by seconds) as "p95Seconds",
      coalesce(sum(seconds), 0) as "secondsSum"
    from (${OUTCOMES(ask.from, ask.to, ask.now)}) as one group by 1 order by 1`.execute(q)
  return rows
}

/** Percentiles of all orders delivered of those paid in this stretch: exact, so for a short one only. */
export async function exactPercentiles(
  q: Queries,
  ask: { from: Date; to: Date; now: Date },
): Promise<{ p50: number | null; p95: number | null }> {
  const { rows } = await sql<{ p50: number | null; p95: number | null }>`
    select percentile_cont(0.5) within group (order by seconds) as p50, percentile_cont(0.95) within group (order by seconds) as p95
    from (${OUTCOMES(ask.from, ask.to, ask.now)}) as one`.execute(q)
  return rows[0] ?? { p50: null, p95: null }
}

async function bucketsOf(q: Queries, ask: { from: Date; to: Date; now: Date }): Promise<Map<number, number[]>> {
  const { rows } = await sql<{ at: Date; bucket: number; count: number }>`
    select date_bin('1 hour', created_at, ${ask.from}::timestamptz) as at, width_bucket(seconds, ${sql.lit(`{${BOUNDS.join(',')}}`)}::float8[]) as bucket, count(*) as count
    from (${OUTCOMES(ask.from, ask.to, ask.now)}) as one where seconds is not null group by 1, 2`.execute(q)
  const found = new Map<number, number[]>()
  for (const { at, bucket, count } of rows) {
    const buckets = found.get(at.getTime()) ?? noBuckets()
    buckets[bucket] = count
    found.set(at.getTime(), buckets)
  }
  return found
}

/** Counts the orders of these hours anew. Both are whole hours; the last one may not be over. */
export async function countHours(q: Queries, ask: { from: Date; to: Date; now: Date }): Promise<void> {
  const [found, buckets] = await Promise.all([cohorts(q, { ...ask, stepSeconds: HOUR / 1_000 }), bucketsOf(q, ask)])
  const byHour = new Map(found.map((one) => [one.at.getTime(), one]))
  const rows = []
  for (let at = ask.from.getTime(); at < ask.to.getTime(); at += HOUR) {
    const one = byHour.get(at)
    rows.push({
      hour: new Date(at),
      paid: one?.paid ?? 0,
      in_time: one?.inTime ?? 0,
      late: one?.late ?? 0,
      delivered: one?.delivered ?? 0,
      failed: one?.failed ?? 0,
      waiting: one?.waiting ?? 0,
      p50_seconds: one?.p50Seconds ?? null,
      p95_seconds: one?.p95Seconds ?? null,
      seconds_sum: one?.secondsSum ?? 0,
      buckets: buckets.get(at) ?? noBuckets(),
      computed_at: ask.now,
    })
  }
  if (rows.length === 0) return
  await q
    .insertInto('provisioning_hours')
    .values(rows)
    .onConflict((on) =>
      on.column('hour').doUpdateSet((e) => ({
        paid: e.ref('excluded.paid'),
        in_time: e.ref('excluded.in_time'),
        late: e.ref('excluded.late'),
        delivered: e.ref('excluded.delivered'),
        failed: e.ref('excluded.failed'),
        waiting: e.ref('excluded.waiting'),
        p50_seconds: e.ref('excluded.p50_seconds'),
        p95_seconds: e.ref('excluded.p95_seconds'),
        seconds_sum: e.ref('excluded.seconds_sum'),
        buckets: e.ref('excluded.buckets'),
        computed_at: e.ref('excluded.computed_at'),
      })),
    )
    .execute()
}

export const hoursSince = (q: Queries, from: Date): Promise<ProvisioningHour[]> =>
  q.selectFrom('provisioning_hours').selectAll().where('hour', '>=', from).orderBy('hour').execute()

/** Sums of the days of the SLO. */
export async function sloSums(q: Queries, from: Date): Promise<{ inTime: number; late: number }> {
  const row = await q
    .selectFrom('provisioning_hours')
    .select((e) => [e.fn.sum<number>('in_time').as('inTime'), e.fn.sum<number>('late').as('late')])
    .where('hour', '>=', from)
    .executeTakeFirstOrThrow()
  return { inTime: Number(row.inTime ?? 0), late: Number(row.late ?? 0) }
}

/**
 * Hours that were never counted, or may have changed since: an hour settles within a day, and one with orders under way never
 * does. Oldest first.
 */
export async function hoursToCount(q: Queries, ask: { from: Date; to: Date; now: Date; limit: number }): Promise<Date[]> {
  const { rows } = await sql<{ hour: Date }>`
    select g.hour from generate_series(${ask.from}::timestamptz, ${ask.to}::timestamptz, interval '1 hour') as g(hour)
    left join provisioning_hours h on h.hour = g.hour
    where h.hour is null
      or (h.computed_at < ${ask.now}::timestamptz - interval '1 hour' and (h.waiting > 0 or h.computed_at < h.hour + interval '26 hours'))
    order by g.hour limit ${ask.limit}`.execute(q)
  return rows.map((row) => row.hour)
}
