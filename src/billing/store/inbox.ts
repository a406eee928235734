import { sql } from 'kysely'
import type { Partitioned, Queries, Tx } from '../../db/index.ts'
import { inBatches } from '../../kit/in-batches.ts'
import type { StripeEvent } from '../../outside/stripe/types.ts'

/** One that is not handled yet is kept however old it is. */
export const inboxPartitions = (keepDays: number): Partitioned => ({
  table: 'stripe_events',
  column: 'created_at',
  every: 'month',
  aheadCount: 2,
  keepDays,
  neededWhile: sql`processed_at is null`,
})

export interface Arrival {
  event: StripeEvent
  at: Date
  /** False: nothing handles it, it is done by being kept. */
  handled: boolean
  broughtBy: 'webhook' | 'sweep'
}

/** Puts events into the inbox. @returns of each, false when it was there already */
export async function insertEvents(q: Queries, arrivals: Arrival[]): Promise<boolean[]> {
  const rows = arrivals.map(({ event, at, handled, broughtBy }) => ({
    id: event.id,
    type: event.type,
    api_version: event.apiVersion,
    created_at: event.createdAt,
    at,
    payload: event.payload,
    handled,
    brought_by: broughtBy,
  }))
  const inserted = await sql<{ id: string }>`
    insert into stripe_events (id, type, api_version, created_at, received_at, payload, next_attempt_at, processed_at, brought_by)
    select e.id, e.type, e.api_version, e.created_at, e.at, e.payload, e.at, case when not e.handled then e.at end, e.brought_by
    from jsonb_to_recordset(${withoutNul(JSON.stringify(rows))}::jsonb) as e
      (id text, type text, api_version text, created_at timestamptz, at timestamptz, payload jsonb, handled boolean, brought_by text)
    on conflict (id, created_at) do nothing
    returning id`.execute(q)
  const fresh = new Set(inserted.rows.map((row) => row.id))
  // One that came twice in one go is new once.
  return arrivals.map(({ event }) => fresh.delete(event.id))
}

/**
 * The way into the inbox for those that come one by one: many at once are one statement, which is durable when it answers.
 * @returns whether it was new
 */
export const inboxOf = (q: Queries): ((arrival: Arrival) => Promise<boolean>) =>
  inBatches({ sizeMax: 50, atOnce: 2 }, (arrivals: Arrival[]) => insertEvents(q, arrivals))

/** `jsonb` refuses this one character; an event that holds it would never get in, nor would those listed after it. */
const withoutNul = (json: string): string => json.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd')

export interface EventKey {
  id: string
  createdAt: Date
}
export interface InboxEvent extends EventKey {
  type: string
  payload: Record<string, unknown>
  attempts: number
  broughtBy: 'webhook' | 'sweep'
}

/**
 * Takes due events by moving their next attempt forward: no transaction stays open while Stripe is asked, and what a
 * dead process had taken is due again when `leaseUntil` is over.
 */
export async function claimEvents(q: Queries, ask: { now: Date; leaseUntil: Date; limit: number }): Promise<InboxEvent[]> {
  const rows = await q
    .with('due', (due) =>
      due
        .selectFrom('stripe_events')
        .select(['id', 'created_at'])
        .where('processed_at', 'is', null)
        .where('next_attempt_at', '<=', ask.now)
        .orderBy('next_attempt_at')
        .limit(ask.limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('stripe_events as e')
    .from('due')
    // By both: the creation says in which partition it is.
    .whereRef('e.id', '=', 'due.id')
    .whereRef('e.created_at', '=', 'due.created_at')
    .set((set) => ({ next_attempt_at: ask.leaseUntil, attempts: set('e.attempts', '+', 1) }))
    .returning(['e.id', 'e.type', 'e.payload', 'e.created_at', 'e.attempts', 'e.brought_by'])
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
export async function keepEvents(q: Queries, events: EventKey[], leaseUntil: Date): Promise<void> {
  if (events.length === 0) return
  await q
    .updateTable('stripe_events')
    .set({ next_attempt_at: leaseUntil })
    .where(
      'id',
      'in',
      events.map((event) => event.id),
    )
    .where('created_at', 'in', [...new Set(events.map((event) => event.createdAt))])
    .where('processed_at', 'is', null)
    .where('next_attempt_at', '<', leaseUntil)
    .execute()
}

export async function markProcessed(q: Queries, { id, createdAt }: EventKey, at: Date): Promise<void> {
  await q
    .updateTable('stripe_events')
    .set({ processed_at: at, last_error: null })
    .where('id', '=', id)
    .where('created_at', '=', createdAt)
    .execute()
}

export async function markFailed(q: Tx, { id, createdAt }: EventKey, failed: { error: string; nextAttemptAt: Date }): Promise<void> {
  await q
    .updateTable('stripe_events')
    .set({ last_error: failed.error, next_attempt_at: failed.nextAttemptAt })
    .where('id', '=', id)
    .where('created_at', '=', createdAt)
    .where('processed_at', 'is', null)
    .execute()
}

/** Creation of the event that came last; null with an empty inbox. */
export async function newestEventAt(q: Queries): Promise<Date | null> {
  const row = await q.selectFrom('stripe_events').select('created_at as at').orderBy('received_at', 'desc').limit(1).executeTakeFirst()
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
