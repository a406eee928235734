import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'

/** One deed: who did what, to what, and why. `did` is `room.verb`, such as `orders.retry`. */
export interface Deed {
  by: Actor
  did: string
  to: { type: string; id: string }
  why?: string | null
  /** Facts that explain the deed; never a secret. */
  details?: Record<string, unknown>
  requestId?: string | null
  at: Date
}

/** Writes the deed in the transaction that does it, so that neither is ever there without the other. */
export async function record(tx: Tx, deed: Deed): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      at: deed.at,
      actor_kind: deed.by.kind,
      actor_id: deed.by.id,
      did: deed.did,
      target_type: deed.to.type,
      target_id: deed.to.id,
      why: deed.why ?? null,
      details: JSON.stringify(deed.details ?? {}),
      request_id: deed.requestId ?? null,
    })
    .execute()
}

export interface DeedSearch {
  /** Whole ids. */
  actor: string | null
  target: string | null
  /** `room.verb`, or a room. */
  did: string | null
  from: Date | null
  until: Date | null
  /** The last deed of the page before. */
  after: number | null
  limit: number
}

/** Newest first, by keyset: a page costs the same wherever it is. */
export async function listDeeds(q: Queries, search: DeedSearch): Promise<Selectable<Tables['audit_log']>[]> {
  const { actor, target, did, from, until, after } = search
  let rows = q.selectFrom('audit_log').selectAll()
  if (actor !== null) rows = rows.where('actor_id', '=', actor)
  if (target !== null) rows = rows.where('target_id', '=', target)
  if (did !== null) rows = did.includes('.') ? rows.where('did', '=', did) : rows.where('did', '=', deedsOf(did))
  if (from) rows = rows.where('at', '>=', from)
  if (until) rows = rows.where('at', '<', until)
  if (after !== null) {
    // By the row itself: an instant written in SQL is finer than one of ours.
    const last = sql`audit_log where id = ${after}`
    rows = rows.where(sql<boolean>`at <= (select at from ${last}) and (at, id) < (select at, id from ${last})`)
  }
  return rows.orderBy('at', 'desc').orderBy('id', 'desc').limit(search.limit).execute()
}

/** The few deeds of a room that there are, by steps through the index: a prefix of text would read the whole log. */
const deedsOf = (room: string) => sql<string>`any(array(
  with recursive deeds(did) as (
    select min(did) from audit_log
    union all
    select (select min(a.did) from audit_log a where a.did > deeds.did) from deeds where deeds.did is not null
  )
  select did from deeds where starts_with(did, ${`${room}.`})
))`

export async function emailsOf(q: Queries, userIds: string[]): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await q.selectFrom('auth.user').select(['id', 'email']).where('id', 'in', userIds).execute()
  return new Map(rows.map(({ id, email }) => [id, email]))
}

export async function idOfEmail(q: Queries, email: string): Promise<string | null> {
  const row = await q.selectFrom('auth.user').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst()
  return row?.id ?? null
}
