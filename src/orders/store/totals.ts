import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

/**
 * Adds what changed to the totals by status. Any number of processes may do it at once: each adds up other changes, and all
 * take the totals in one order. Between two of them the view orders_by_status has the changes one by one.
 */
export async function addUpTotals(q: Queries): Promise<void> {
  await sql`
    with taken as (
      select ctid from order_total_changes for update skip locked
    ), gone as (
      delete from order_total_changes c using taken where c.ctid = taken.ctid returning c.status, c.change
    )
    insert into order_totals as t (status, orders)
      select status, sum(change) from gone group by status having sum(change) <> 0 order by status
    on conflict (status) do update set orders = t.orders + excluded.orders`.execute(q)
}
