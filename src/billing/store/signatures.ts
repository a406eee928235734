import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'
import { later, MINUTE } from '../../kit/time.ts'

const KEPT = sql`interval '30 days'`

/** Adds to the minute's count; what is a month old goes with the first of a new minute. */
export async function addRefusals(q: Queries, refused: { at: Date; count: number; reason: string }): Promise<void> {
  const { at, count, reason } = refused
  const minute = later(at, -(at.getTime() % MINUTE))
  await sql`
    with old as (delete from webhook_refusals where minute < ${minute}::timestamptz - ${KEPT})
    insert into webhook_refusals as r (minute, count, last_at, reason) values (${minute}, ${count}, ${at}, ${reason})
    on conflict (minute) do update set count = r.count + excluded.count, last_at = excluded.last_at, reason = excluded.reason`.execute(q)
}

export async function saveVerified(q: Queries, fingerprint: string, at: Date): Promise<void> {
  await q
    .insertInto('webhook_secrets')
    .values({ fingerprint, verified_at: at })
    .onConflict((on) => on.column('fingerprint').doUpdateSet({ verified_at: at }))
    .execute()
}

export interface Refusals {
  count: number
  lastAt: Date | null
  reason: string | null
}
/** Signatures that were refused since, counted by whole minutes. */
export async function refusalsSince(q: Queries, since: Date): Promise<Refusals> {
  const row = await q
    .selectFrom('webhook_refusals')
    .select((e) => [
      e.fn.coalesce(e.fn.sum<number>('count'), e.lit(0)).as('count'),
      e.fn.max('last_at').as('lastAt'),
      sql<string | null>`(array_agg(reason order by minute desc))[1]`.as('reason'),
    ])
    .where('last_at', '>', since)
    .executeTakeFirstOrThrow()
  return { count: row.count, lastAt: row.lastAt ?? null, reason: row.reason }
}

/** When a webhook last brought something; null: none ever did. */
export async function lastVerifiedAt(q: Queries): Promise<Date | null> {
  const row = await q
    .selectFrom('stripe_events')
    .select('received_at')
    .where('brought_by', '=', 'webhook')
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.received_at ?? null
}

/** Those of these events that are in the inbox, with who brought them. */
export async function knownEvents(q: Queries, ids: string[]): Promise<Map<string, 'webhook' | 'sweep'>> {
  if (ids.length === 0) return new Map()
  const rows = await q.selectFrom('stripe_events').select(['id', 'brought_by']).where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [row.id, row.brought_by]))
}

/** An endpoint that was made to take the place of others. */
export interface NewEndpoint {
  fingerprint: string
  endpointId: string
  replaces: string[]
  madeAt: Date
  /** An event that it signed has come through. */
  verifiedAt: Date | null
}
export async function endpointsToSettle(q: Queries): Promise<NewEndpoint[]> {
  const rows = await q
    .selectFrom('webhook_secrets')
    .selectAll()
    .where('endpoint_id', 'is not', null)
    .where('settled_at', 'is', null)
    .orderBy('made_at', 'desc')
    .execute()
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    endpointId: row.endpoint_id ?? '',
    replaces: row.replaces,
    madeAt: row.made_at ?? new Date(0),
    verifiedAt: row.verified_at,
  }))
}

export async function addEndpoint(tx: Tx, made: Omit<NewEndpoint, 'verifiedAt'>): Promise<void> {
  await tx
    .insertInto('webhook_secrets')
    .values({ fingerprint: made.fingerprint, endpoint_id: made.endpointId, replaces: made.replaces, made_at: made.madeAt })
    .execute()
}

export async function settleEndpoint(tx: Tx, fingerprint: string, at: Date): Promise<void> {
  await tx.updateTable('webhook_secrets').set({ settled_at: at }).where('fingerprint', '=', fingerprint).execute()
}
