import type { Partitioned, Queries } from '../../db/index.ts'

/** Calls are kept for a shorter time than what says what became of an order: states and notes. */
export function timelinePartitions(keepDays: { calls: number; notes: number }): Partitioned[] {
  const month = { column: 'at', every: 'month', aheadCount: 2 } as const
  return [
    { ...month, table: 'order_events_calls', keepDays: keepDays.calls },
    { ...month, table: 'order_events_notes', keepDays: keepDays.notes },
  ]
}

export interface NewEvent {
  orderId: string
  at: Date
  kind: 'state' | 'call' | 'note'
  title: string
  details: Record<string, unknown>
}

export interface OrderEvent extends NewEvent {
  id: number
}

export async function addEvent(q: Queries, event: NewEvent): Promise<void> {
  await q
    .insertInto('order_events')
    .values({ order_id: event.orderId, at: event.at, kind: event.kind, title: event.title, details: JSON.stringify(event.details) })
    .execute()
}

/** Newest first, all partitions merged along their keys; those before an entry, or the newest. */
export async function timelineOf(q: Queries, orderId: string, page: { before: number | null; limit: number }): Promise<OrderEvent[]> {
  let rows = q.selectFrom('order_events').selectAll().where('order_id', '=', orderId)
  if (page.before !== null) rows = rows.where('id', '<', page.before)
  return (await rows.orderBy('id', 'desc').limit(page.limit).execute()).map((row) => ({
    id: row.id,
    orderId: row.order_id,
    at: row.at,
    kind: row.kind,
    title: row.title,
    details: row.details,
  }))
}
