import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import { addBuckets, noBuckets } from '../rules/slo.ts'

interface Sums {
  buckets: number[]
  sum: number
}
const SUMS = sql`array[${sql.join(noBuckets().map((_, i) => sql`coalesce(sum(h.buckets[${sql.lit(i + 1)}]), 0)`))}]::float8[] as buckets,
  coalesce(sum(h.seconds_sum), 0) as sum`

/** Of all orders ever delivered: only grows. */
export async function totalBuckets(q: Queries): Promise<Sums> {
  const { rows } = await sql<{ kept: number[]; kept_sum: number } & Sums>`
    select s.buckets as kept, s.seconds_sum as kept_sum, h.buckets, h.sum
    from provisioning_sums s, lateral (select ${SUMS} from provisioning_hours h where h.hour >= s.until) as h`.execute(q)
  const [row] = rows
  if (!row) return { buckets: noBuckets(), sum: 0 }
  return { buckets: addBuckets(row.buckets, row.kept), sum: row.sum + row.kept_sum }
}

/** Adds up the hours before that instant, which are counted no more. Done again, or by two at once, it says the same. */
export async function sumUpHours(q: Queries, before: Date): Promise<void> {
  await sql`
    with last as materialized (select id, until, buckets, seconds_sum from provisioning_sums where until < ${before} for update)
    update provisioning_sums s set until = ${before}, seconds_sum = last.seconds_sum + f.sum,
      buckets = array(select coalesce(kept, 0) + coalesce(more, 0) from unnest(last.buckets, f.buckets) with ordinality as one (kept, more, n) order by n)
    from last, lateral (select ${SUMS} from provisioning_hours h where h.hour >= last.until and h.hour < ${before}) as f
    where s.id = last.id`.execute(q)
}
