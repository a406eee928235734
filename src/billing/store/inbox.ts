import type { Queries, Tx } from '../../db/index.ts'
import type { StripeEvent } from '../../outside/stripe/types.ts'

/** Puts an event into the inbox; one that nothing `handles` is done by being kept. @returns false when it was there already */
export async function insertEvent(
  q: Queries,
  event: StripeEvent,
  at: Date,
  how: { handled?: boolean; broughtBy?: 'webhook' | 'sweep' } = {},
): Promise<boolean> {
  const { handled = true, broughtBy = 'webhook' } = how
  const done = await q
    .insertInto('stripe_events')
    .values({
      id: event.id,
      type: event.type,
      api_version: event.apiVersion,
      created_at: event.createdAt,
      received_at: at,
      payload: withoutNul(JSON.stringify(event.payload)),
      next_attempt_at: at,
      processed_at: handled ? null : at,
      brought_by: broughtBy,
    })
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** `jsonb` refuses this one character; an event that holds it would never get in, nor would those listed after it. */
const withoutNul = (json: string): string => json.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd')

export interface InboxEvent {
  id: string
  type: string
  payload: Record<string, unknown>
  createdAt: Date
  attempts: number
  broughtBy: 'webhook' | 'sweep'
}

/**
 * Takes due events by moving their next attempt forward: no transaction stays open while Stripe is asked, and what a
 * dead process had taken is due again when `leaseUntil` is over.
 */
export async function claimEvents(q: Queries, ask: { now: Date; leaseUntil: Date; limit: number }): Promise<InboxEvent[]> {
  const rows = await q
    .updateTable('stripe_events')
    .set((set) => ({ next_attempt_at: ask.leaseUntil, attempts: set('attempts', '+', 1) }))
    .where('id', 'in', (sub) =>
      sub
        .selectFrom('stripe_events')
        .select('id')
        .where('processed_at', 'is', null)
        .where('next_attempt_at', '<=', ask.now)
        .orderBy('next_attempt_at')
        .limit(ask.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'type', 'payload', 'created_at', 'attempts', 'brought_by'])
    .execute()
  return rows
    .map((row) => ({
      id: row.id,
      type: row.type,
      payload: row.payload,
      createdAt: row.created_at,
      attempts: row.attempts,
      broughtBy: row.brought_by,
    }))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

/** Says that this process is still at them. What was put off meanwhile keeps its later date. */
export async function keepEvents(q: Queries, ids: string[], leaseUntil: Date): Promise<void> {
  if (ids.length === 0) return
  await q
    .updateTable('stripe_events')
    .set({ next_attempt_at: leaseUntil })
    .where('id', 'in', ids)
    .where('processed_at', 'is', null)
    .where('next_attempt_at', '<', leaseUntil)
    .execute()
}

export async function markProcessed(q: Queries, id: string, at: Date): Promise<void> {
  await q.updateTable('stripe_events').set({ processed_at: at, last_error: null }).where('id', '=', id).execute()
}

export async function markFailed(q: Tx, id: string, failed: { error: string; nextAttemptAt: Date }): Promise<void> {
  await q
    .updateTable('stripe_events')
    .set({ last_error: failed.error, next_attempt_at: failed.nextAttemptAt })
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .execute()
}

/** Creation of the newest event that we have; null with an empty inbox. */
export async function newestEventAt(q: Queries): Promise<Date | null> {
  const row = await q
    .selectFrom('stripe_events')
    .select((select) => select.fn.max('created_at').as('at'))
    .executeTakeFirst()
  return row?.at ?? null
}

/** How many events wait, and since when the oldest of them does. */
export async function inboxState(q: Queries): Promise<{ waiting: number; oldestReceivedAt: Date | null; lastReceivedAt: Date | null }> {
  const waits = await q
    .selectFrom('stripe_events')
    .select((select) => [select.fn.countAll<number>().as('waiting'), select.fn.min('received_at').as('oldest')])
    .where('processed_at', 'is', null)
    .executeTakeFirstOrThrow()
  const last = await q.selectFrom('stripe_events').select('received_at').orderBy('received_at', 'desc').limit(1).executeTakeFirst()
  return { waiting: waits.waiting, oldestReceivedAt: waits.oldest ?? null, lastReceivedAt: last?.received_at ?? null }
}
