import type { Queries, Tx } from '../../db/index.ts'

export interface UnpaidRenewal {
  orderId: string
  since: Date
  toldAt: Date | null
  suspendedAt: Date | null
}

/** From now on, unless it is unpaid already; one that was settled begins anew. */
export async function beginUnpaid(q: Queries, orderId: string, at: Date): Promise<void> {
  const anew = { since: at, told_at: null, suspended_at: null, settled_at: null }
  await q
    .insertInto('unpaid_renewals')
    .values({ order_id: orderId, ...anew })
    .onConflict((on) => on.column('order_id').doUpdateSet(anew).where('unpaid_renewals.settled_at', 'is not', null))
    .execute()
}

/** Nobody was told yet, or the grace is over and the server runs, or the order has ended since: the oldest first. */
export async function unpaidToTend(q: Queries, ask: { since: Date; limit: number }): Promise<UnpaidRenewal[]> {
  const rows = await q
    .selectFrom('unpaid_renewals as u')
    .innerJoin('orders as o', 'o.id', 'u.order_id')
    .selectAll('u')
    .where('u.settled_at', 'is', null)
    .where((e) =>
      e.or([
        e('u.told_at', 'is', null),
        e.and([e('u.suspended_at', 'is', null), e('u.since', '<=', ask.since)]),
        e('o.status', '=', 'canceled'),
      ]),
    )
    .orderBy('u.since')
    .limit(ask.limit)
    .execute()
  return rows.map((row) => ({ orderId: row.order_id, since: row.since, toldAt: row.told_at, suspendedAt: row.suspended_at }))
}

export async function unpaidOf(q: Queries, orderId: string): Promise<UnpaidRenewal | null> {
  const row = await q
    .selectFrom('unpaid_renewals')
    .selectAll()
    .where('order_id', '=', orderId)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return row ? { orderId: row.order_id, since: row.since, toldAt: row.told_at, suspendedAt: row.suspended_at } : null
}

export async function markUnpaid(tx: Tx, orderId: string, what: 'told_at' | 'suspended_at' | 'settled_at', at: Date): Promise<boolean> {
  const done = await tx
    .updateTable('unpaid_renewals')
    .set({ [what]: at })
    .where('order_id', '=', orderId)
    .where('settled_at', 'is', null)
    .where(what, 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}
