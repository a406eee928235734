import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

export interface LateOrder {
  id: string
  createdAt: Date
  recordedAt: Date
  alertAfterMinutes: number
  cancelAfterHours: number
}

/** Paid orders without a delivery that are older than their plan's alert, the oldest first. Reads the undelivered only. */
export async function lateOrders(q: Queries, now: Date, limit: number): Promise<LateOrder[]> {
  const { rows } = await sql<LateOrder>`
    select o.id, o.created_at as "createdAt", o.recorded_at as "recordedAt", p.alert_after_minutes as "alertAfterMinutes", p.cancel_after_hours as "cancelAfterHours"
    from orders o join plans p on p.id = o.plan_id
    where o.delivered_at is null and o.status in ('paid', 'provisioning', 'installing', 'error')
      and o.created_at < ${now}::timestamptz - make_interval(mins => p.alert_after_minutes)
    order by o.created_at limit ${limit}`.execute(q)
  return rows
}
