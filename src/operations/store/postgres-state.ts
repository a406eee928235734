import { sql } from 'kysely'
import { type Db, pendingMigrations, type Queries } from '../../db/index.ts'

/** How PostgreSQL itself does. Reads its own views; no table of ours. */

export interface ServerState {
  version: string
  versionNumber: number
  /** By its clock. */
  now: Date
}
export async function serverState(q: Queries): Promise<ServerState> {
  const { rows } = await sql<ServerState>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
      clock_timestamp() as now`.execute(q)
  return rows[0]!
}

/** Names of migrations that this software has and the database has not. */
export const migrationsMissing = (db: Pick<Db, 'pool'>): Promise<string[]> => pendingMigrations(db.pool)

export interface Connections {
  used: number
  /** Without those kept for superusers. */
  max: number
  byApplication: { name: string; count: number }[]
}
export async function connections(q: Queries): Promise<Connections> {
  const { rows } = await sql<Connections>`
    select (select count(*) from pg_stat_activity where backend_type = 'client backend') as used,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as max,
      (select coalesce(json_agg(json_build_object('name', a.name, 'count', a.count) order by a.count desc), '[]') from (
        select coalesce(nullif(application_name, ''), 'unnamed') as name, count(*)::int as count
        from pg_stat_activity where backend_type = 'client backend' group by 1 order by 2 desc limit 4) a) as "byApplication"`.execute(q)
  return rows[0]!
}

export interface Session {
  pid: number
  application: string
  state: string
  seconds: number
  waitsForLock: boolean
  statement: string
}
/** Sessions of this database in a transaction, or waiting for a lock, for so long. Our own backups take their time. */
export async function longSessions(q: Queries, ask: { transactionSeconds: number; lockSeconds: number }): Promise<Session[]> {
  const { rows } = await sql<Session>`
    select pid, coalesce(nullif(application_name, ''), 'unnamed') as application, state,
      extract(epoch from clock_timestamp() - xact_start)::int as seconds,
      coalesce(wait_event_type = 'Lock', false) as "waitsForLock", left(regexp_replace(query, '\\s+', ' ', 'g'), 120) as statement
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null
      and application_name <> 'givrwrld backup'
      and (xact_start < clock_timestamp() - make_interval(secs => ${ask.transactionSeconds})
        or (wait_event_type = 'Lock' and state_change < clock_timestamp() - make_interval(secs => ${ask.lockSeconds})))
    order by xact_start limit 5`.execute(q)
  return rows
}

export interface SlowStatement {
  statement: string
  calls: number
  meanMs: number
}
/** Statements that are slow time after time, by pg_stat_statements; null: it is not installed in this database. */
export async function slowStatements(q: Queries, ask: { meanMs: number; calls: number }): Promise<SlowStatement[] | null> {
  const installed = await sql<{ schema: string }>`
    select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements'`.execute(q)
  const schema = installed.rows[0]?.schema
  if (schema === undefined) return null
  // Migrations, backups and the like are slow once, and rightly so.
  const { rows } = await sql<SlowStatement>`
    select left(regexp_replace(query, '\\s+', ' ', 'g'), 160) as statement, calls::int as calls, round(mean_exec_time)::int as "meanMs"
    from ${sql.table(`${schema}.pg_stat_statements`)}
    where dbid = (select oid from pg_database where datname = current_database()) and calls >= ${ask.calls} and mean_exec_time >= ${ask.meanMs}
      and query !~* '^\\s*(copy|create|alter|drop|truncate|vacuum|analyze|reindex|cluster|refresh|lock|declare|fetch|begin|commit|explain)\\y'
    order by total_exec_time desc limit 3`.execute(q)
  return rows
}

export interface TableSize {
  name: string
  bytes: number
  rows: number
  deadRows: number
}
/** The largest first; partitions count with their table. */
export async function tableSizes(q: Queries): Promise<TableSize[]> {
  const { rows } = await sql<TableSize>`
    select coalesce(pg_partition_root(relid)::regclass::text, relid::regclass::text) as name, sum(pg_total_relation_size(relid))::float8 as bytes,
      sum(n_live_tup)::float8 as rows, sum(n_dead_tup)::float8 as "deadRows"
    from pg_stat_user_tables where schemaname in ('public', 'auth', 'pgboss') group by 1 order by 2 desc`.execute(q)
  return rows
}
