import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import { later } from '../../kit/time.ts'

/** One row for each panel user of ours; the limit is the user's, over all keys and processes. */
const ID = 'application'

export interface Take {
  at: Date
  windowMs: number
  limit: number
  keptBack: number
  /** Most calls of sweep and sync in any `windowMs`, wherever it begins; null: this is none of them. */
  syncMax: number | null
}

/**
 * Takes one call out of the budget, or says how long to wait, in one statement: row locks put all processes in a line.
 * The panel counts in fixed windows of a minute from the first call, so do we.
 * @returns 0 when taken, else ms until the window ends, the block is over or the first call of a full sync is a window ago
 */
export async function takeCall(q: Queries, take: Take): Promise<number> {
  const { at, windowMs, limit, keptBack, syncMax } = take
  const own = syncMax === null ? sql`'{}'::timestamptz[]` : sql`array[${at}::timestamptz]`
  // What is a window ago is forgotten with the next one that is noted.
  const recent = sql`array(select t from unnest(b.sync_at) t where t > ${later(at, -windowMs)}::timestamptz order by t)`
  const full = sql`cardinality(${recent}) >= ${syncMax}::int`
  const { rows } = await sql<{ taken: boolean; free_at: Date | null }>`
    with taken as (
      insert into panel_budget as b (id, limit_per_minute, remaining, sync_at, window_ends_at, updated_at)
      values (${ID}, ${limit}::int, ${limit}::int - 1, ${own}, ${later(at, windowMs)}::timestamptz, ${at}::timestamptz)
      on conflict (id) do update set
        remaining = case when b.window_ends_at <= ${at} then b.limit_per_minute else b.remaining end - 1,
        sync_at = case when ${syncMax}::int is null then b.sync_at else ${recent} || ${own} end,
        window_ends_at = case when b.window_ends_at <= ${at} then excluded.window_ends_at else b.window_ends_at end,
        updated_at = excluded.updated_at
      where (b.blocked_until is null or b.blocked_until <= ${at})
        and (b.window_ends_at <= ${at} or b.remaining > ${keptBack}::int)
        and (${syncMax}::int is null or not ${full})
      returning id
    )
    select exists (select from taken) as taken, (
      select greatest(case when ${full} then b.sync_at[cardinality(b.sync_at) - ${syncMax}::int + 1] + ${windowMs}::int * interval '1 ms'
        else b.window_ends_at end, b.blocked_until)
      from panel_budget b where b.id = ${ID}
    ) as free_at`.execute(q)
  const row = rows[0]
  if (!row || row.taken) return 0
  return Math.max(1, (row.free_at?.getTime() ?? at.getTime()) - at.getTime())
}

/** What the panel counts for this shop is a minute's; without a row it is the usual 240. */
export async function limitOf(q: Queries): Promise<number | null> {
  return (await q.selectFrom('panel_budget').select('limit_per_minute').where('id', '=', ID).executeTakeFirst())?.limit_per_minute ?? null
}

/**
 * An answer's headers lower what is left of its own window. Raised is it only by what the panel allows more than we thought:
 * the calls of this window stay counted, and a shop that begins does not wait a minute for what it may have now.
 */
export async function lowerBudget(q: Queries, seen: { limit: number; remaining: number; sentAt: Date; windowMs: number }): Promise<void> {
  await q
    .updateTable('panel_budget')
    .set((e) => ({
      limit_per_minute: seen.limit,
      // Calls that are under way are counted here and not there yet, so the lower one is right.
      remaining: sql<number>`case when window_ends_at - make_interval(secs => ${seen.windowMs / 1000}) <= ${seen.sentAt}
        then least(${e.ref('remaining')} + greatest(0, ${seen.limit}::int - limit_per_minute), ${seen.remaining}::int) else ${e.ref('remaining')} end`,
    }))
    .where('id', '=', ID)
    .where((e) => e.or([e('remaining', '>', seen.remaining), e('limit_per_minute', '!=', seen.limit)]))
    .execute()
}

/** The panel said "too many": nobody calls before that, when its next window begins. */
export async function blockBudget(q: Queries, until: Date): Promise<void> {
  await q
    .updateTable('panel_budget')
    .set({ blocked_until: sql`greatest(blocked_until, ${until}::timestamptz)`, remaining: 0, window_ends_at: until })
    .where('id', '=', ID)
    .execute()
}
