import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { StatusClass } from '../../db/tables-of-health.ts'

/** All instants here are PostgreSQL's own. */

/** A process that says nothing for so long does not count as alive. */
const ALIVE_SECONDS = 30
/** A timed task that no living process has is not missed. */
const HEARD_SECONDS = 60

export interface ProcessSeen {
  id: string
  role: 'all' | 'web' | 'worker'
  host: string
  pid: number
  startedAt: Date
  lastSeenAt: Date
  clockOffsetMs: number
}

export const databaseNow = async (q: Queries): Promise<Date> =>
  (await sql<{ at: Date }>`select clock_timestamp() as at`.execute(q)).rows[0]?.at ?? new Date(Number.NaN)

export async function beat(
  q: Queries,
  process: { id: string; role: 'all' | 'web' | 'worker'; host: string; pid: number; clockOffsetMs: number },
): Promise<void> {
  await sql`
    insert into heartbeats (process_id, role, host, pid, clock_offset_ms)
    values (${process.id}, ${process.role}, ${process.host}, ${process.pid}, ${process.clockOffsetMs}::int)
    on conflict (process_id) do update set last_seen_at = now(), stopped_at = null, clock_offset_ms = excluded.clock_offset_ms`.execute(q)
}

export const lastBeat = async (q: Queries, id: string): Promise<void> => {
  await sql`update heartbeats set last_seen_at = now(), stopped_at = now() where process_id = ${id}`.execute(q)
}

export interface TickerNews {
  name: string
  everyMs: number
  /** Since the last report. */
  ok: boolean
  error: string | null
}
export async function saveTickers(q: Queries, news: TickerNews[]): Promise<void> {
  if (news.length === 0) return
  const rows = [...news].sort((a, b) => (a.name < b.name ? -1 : 1))
  await sql`
    insert into ticker_runs as t (name, every_ms, heard_at, last_ok_at, last_error, last_error_at)
    select name, every_ms, now(), case when ok then now() end, error, case when error is not null then now() end
    from jsonb_to_recordset(${JSON.stringify(rows.map(({ everyMs, ...row }) => ({ ...row, every_ms: everyMs })))}::jsonb)
      as news(name text, every_ms int, ok boolean, error text)
    on conflict (name) do update set every_ms = excluded.every_ms, heard_at = now(),
      first_at = case when t.heard_at < now() - make_interval(secs => ${HEARD_SECONDS}) then now() else t.first_at end,
      last_ok_at = coalesce(excluded.last_ok_at, t.last_ok_at),
      last_error = coalesce(excluded.last_error, t.last_error), last_error_at = coalesce(excluded.last_error_at, t.last_error_at)`.execute(
    q,
  )
}

export interface Counted {
  minute: Date
  route: string
  statusClass: StatusClass
  count: number
}
export async function saveAnswers(q: Queries, counted: Counted[]): Promise<void> {
  if (counted.length === 0) return
  const key = (one: Counted) => `${one.minute.toISOString()} ${one.route} ${one.statusClass}`
  await q
    .insertInto('answer_counts')
    // In one order for all: two processes that count the same would else wait for each other.
    .values(
      counted
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
        .map(({ minute, route, statusClass, count }) => ({ minute, route, status_class: statusClass, count })),
    )
    .onConflict((on) =>
      on
        .columns(['minute', 'route', 'status_class'])
        .doUpdateSet((e) => ({ count: sql<number>`${e.ref('answer_counts.count')} + excluded.count` })),
    )
    .execute()
}

export async function livingProcesses(q: Queries): Promise<ProcessSeen[]> {
  const { rows } = await sql<ProcessSeen>`
    select process_id as id, role, host, pid, started_at as "startedAt", last_seen_at as "lastSeenAt", clock_offset_ms as "clockOffsetMs" from heartbeats
    where last_seen_at > now() - make_interval(secs => ${ALIVE_SECONDS}) and stopped_at is null order by role, started_at`.execute(q)
  return rows
}

/** Where no worker was ever heard of, it is missed since the first process of all came. */
export async function workersState(q: Queries): Promise<{ alive: number; silentSeconds: number }> {
  const { rows } = await sql<{ alive: number; silent: number }>`
    select count(*) filter (where role <> 'web' and stopped_at is null and last_seen_at > now() - make_interval(secs => ${ALIVE_SECONDS})) as alive,
      coalesce(extract(epoch from now() - coalesce(max(last_seen_at) filter (where role <> 'web'), min(started_at))), 0)::float8 as silent
    from heartbeats`.execute(q)
  return { alive: rows[0]?.alive ?? 0, silentSeconds: Math.max(0, rows[0]?.silent ?? 0) }
}

export interface TickerSeen {
  name: string
  everySeconds: number
  silentSeconds: number
  lastOkAt: Date | null
  lastError: string | null
  lastErrorAt: Date | null
}
export async function livingTickers(q: Queries): Promise<TickerSeen[]> {
  const { rows } = await sql<TickerSeen>`
    select name, (every_ms / 1000.0)::float8 as "everySeconds", last_ok_at as "lastOkAt", last_error as "lastError", last_error_at as "lastErrorAt",
      greatest(0, extract(epoch from now() - greatest(last_ok_at, first_at)))::float8 as "silentSeconds"
    from ticker_runs where heard_at > now() - make_interval(secs => ${HEARD_SECONDS}) order by name`.execute(q)
  return rows
}

/** What is no longer of interest. */
export async function tidyPulse(q: Queries, before: { answers: Date; minutes: Date }): Promise<void> {
  await sql`delete from heartbeats where last_seen_at < now() - interval '2 days'`.execute(q)
  await sql`delete from ticker_runs where heard_at < now() - interval '2 days'`.execute(q)
  await q.deleteFrom('answer_counts').where('minute', '<', before.answers).execute()
  await q.deleteFrom('health_minutes').where('minute', '<', before.minutes).execute()
}
