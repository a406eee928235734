import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

export interface Delivered {
  /** Oldest hour first; hours without a delivery are absent. */
  hours: { from: Date; delivered: number; medianSeconds: number }[]
  delivered: number
  medianSeconds: number | null
  p95Seconds: number | null
}

/** From Stripe's instant of payment to ready, over orders delivered since then. Reads only those, by their index. */
export async function deliveredSince(q: Queries, since: Date): Promise<Delivered> {
  const { rows } = await sql<{ hour: number | null; delivered: number; median: number | null; p95: number | null }>`
    select hour, count(*) as delivered,
      percentile_cont(0.5) within group (order by seconds) as median,
      percentile_cont(0.95) within group (order by seconds) as p95
    from (
      select floor(extract(epoch from delivered_at - ${since}::timestamptz) / 3600)::int as hour,
        greatest(0, extract(epoch from delivered_at - created_at))::float8 as seconds
      from orders where delivered_at >= ${since}
    ) as one
    group by grouping sets ((hour), ()) order by hour`.execute(q)
  const total = rows.find((row) => row.hour === null)
  return {
    hours: rows.flatMap((row) =>
      row.hour === null
        ? []
        : [{ from: new Date(since.getTime() + row.hour * 3_600_000), delivered: row.delivered, medianSeconds: row.median ?? 0 }],
    ),
    delivered: total?.delivered ?? 0,
    medianSeconds: total?.median ?? null,
    p95Seconds: total?.p95 ?? null,
  }
}

/** Paid orders without their server, and since when the oldest waits. Two index scans, of the living ones only. */
export async function waitingOrders(q: Queries): Promise<{ waiting: number; oldestPaidAt: Date | null }> {
  const row = await q
    .selectFrom('orders')
    .select((e) => [e.fn.countAll<number>().as('waiting'), e.fn.min('created_at').as('oldest')])
    .where('status', 'in', ['paid', 'provisioning', 'installing', 'error'])
    .where('delivered_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { waiting: row.waiting, oldestPaidAt: row.oldest ?? null }
}
