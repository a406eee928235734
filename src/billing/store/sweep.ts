import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'

/** One sweep of Stripe at a time over all processes. @returns up to when it was read before; null: another is at it */
export async function takeStripeSweep(
  q: Queries,
  ask: { holder: string; at: Date; until: Date },
): Promise<{ cursorAt: Date | null } | null> {
  const row = await q
    .updateTable('stripe_sweep')
    .set({ holder: ask.holder, lease_until: ask.until })
    .where((e) => e.or([e('holder', 'is', null), e('lease_until', '<=', ask.at)]))
    .returning('cursor_at')
    .executeTakeFirst()
  return row ? { cursorAt: row.cursor_at } : null
}

/** Says that its holder is still at it. */
export async function keepStripeSweep(q: Queries, ask: { holder: string; until: Date }): Promise<void> {
  await q.updateTable('stripe_sweep').set({ lease_until: ask.until }).where('holder', '=', ask.holder).execute()
}

/** `cursorAt` null: broken off, the next reads the same stretch again. */
export async function dropStripeSweep(q: Queries, ask: { holder: string; at: Date; cursorAt: Date | null }): Promise<void> {
  await q
    .updateTable('stripe_sweep')
    .set({ holder: null, lease_until: null, ...(ask.cursorAt ? { cursor_at: ask.cursorAt, finished_at: ask.at } : {}) })
    .where('holder', '=', ask.holder)
    .execute()
}

/** Of a backup: the next sweep begins before its instant at the latest, and nobody is at it. */
export async function lookBackTo(tx: Tx, at: Date): Promise<void> {
  await tx
    .updateTable('stripe_sweep')
    .set({ holder: null, lease_until: null, cursor_at: sql<Date>`least(cursor_at, ${at})` })
    .execute()
}

/** Those of these sessions that an order came of. */
export async function sessionsWithOrder(q: Queries, sessionIds: string[]): Promise<Set<string>> {
  if (sessionIds.length === 0) return new Set()
  const rows = await q.selectFrom('orders').select('stripe_session_id as id').where('stripe_session_id', 'in', sessionIds).execute()
  return new Set(rows.flatMap((row) => (row.id === null ? [] : [row.id])))
}
