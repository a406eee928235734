import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'

/** What one sweep found and did; kept as the last one's. */
export interface SweepResult {
  servers: number
  strangers: number
  calls: number
  pages: number
  drifts: number
  missing: number
  mended: number
  seconds: number
}

/** One sweep at a time over all processes. @returns whether it is ours now */
export async function takeSweep(q: Queries, ask: { holder: string; at: Date; until: Date }): Promise<boolean> {
  const done = await q
    .updateTable('panel_sweep')
    .set({ holder: ask.holder, lease_until: ask.until, started_at: ask.at })
    .where((e) => e.or([e('holder', 'is', null), e('lease_until', '<=', ask.at)]))
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** @returns false when another has taken over: a process that was frozen stops here */
export async function renewSweep(q: Queries, holder: string, until: Date): Promise<boolean> {
  const done = await q.updateTable('panel_sweep').set({ lease_until: until }).where('holder', '=', holder).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** `result` null: broken off. */
export async function dropSweep(q: Queries, ask: { holder: string; at: Date; result: SweepResult | null }): Promise<void> {
  const finished = ask.result ? { finished_at: ask.at, result: JSON.stringify(ask.result) } : {}
  await q
    .updateTable('panel_sweep')
    .set({ holder: null, lease_until: null, ...finished })
    .where('holder', '=', ask.holder)
    .execute()
}

export async function lastSweep(q: Queries): Promise<{
  finishedAt: Date | null
  agreedUntil: Date | null
  accountsAfter: string | null
  holdsAfter: string | null
  result: Partial<SweepResult> | null
}> {
  const row = await q
    .selectFrom('panel_sweep')
    .select(['finished_at', 'agreed_until', 'accounts_after', 'holds_after', 'result'])
    .executeTakeFirstOrThrow()
  return {
    finishedAt: row.finished_at,
    agreedUntil: row.agreed_until,
    accountsAfter: row.accounts_after,
    holdsAfter: row.holds_after,
    result: row.result,
  }
}

/** A person lets the sweep go beyond its brake for a while. */
export async function agreeUntil(q: Queries, until: Date): Promise<void> {
  await q.updateTable('panel_sweep').set({ agreed_until: until }).execute()
}

export async function saveAccountsAfter(q: Queries, userId: string | null): Promise<void> {
  await q.updateTable('panel_sweep').set({ accounts_after: userId }).execute()
}

export async function saveHoldsAfter(q: Queries, reservationId: string | null): Promise<void> {
  await q.updateTable('panel_sweep').set({ holds_after: reservationId }).execute()
}

/** Servers that the sweep had suspended or deleted since then, other than these. */
export async function actsSince(q: Queries, since: Date, others: string[]): Promise<number> {
  const row = await q
    .selectFrom('sweep_acts')
    .select((e) => e.fn.count<number>('order_id').distinct().as('n'))
    .where('at', '>', since)
    .$if(others.length > 0, (some) => some.where('order_id', 'not in', others))
    .executeTakeFirstOrThrow()
  return row.n
}

export async function saveAct(tx: Tx, orderId: string, act: 'suspend' | 'delete', at: Date): Promise<void> {
  await tx.insertInto('sweep_acts').values({ order_id: orderId, act, at }).execute()
}

/** Orders that have their server, of the kept totals: what the brake's share is taken of. */
export async function fleetSize(q: Queries): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(orders), 0)::bigint as n from orders_by_status where status in ('provisioned', 'active')`.execute(q)
  return rows[0]?.n ?? 0
}
