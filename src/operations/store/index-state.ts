import { sql } from 'kysely'
import { expectedIndexes, type Queries } from '../../db/index.ts'

export interface IndexState {
  /** Broken: a build that failed, or was broken off. */
  invalid: string[]
  /** Made by our migrations, and not there. */
  missing: string[]
  /** Large tables that are read from end to end again and again. */
  wholeReads: { name: string; reads: number; rows: number }[]
  /** Foreign keys that make each delete of what they point at read a large table. */
  bareKeys: { name: string; columns: string; pointsAt: string }[]
}

export async function indexState(q: Queries, ask: { largeRows: number; wholeReads: number }): Promise<IndexState> {
  const [all, reads, keys] = await Promise.all([
    sql<{ name: string; valid: boolean }>`
      select c.relname as name, i.indisvalid as valid from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'auth')`.execute(
      q,
    ),
    sql<IndexState['wholeReads'][number]>`
      select relname as name, seq_scan::float8 as reads, n_live_tup::float8 as rows from pg_stat_user_tables
      where schemaname in ('public', 'auth') and n_live_tup > ${ask.largeRows} and seq_scan > ${ask.wholeReads}
        and seq_scan > coalesce(idx_scan, 0) and seq_tup_read / seq_scan > ${ask.largeRows} / 2`.execute(q),
    sql<IndexState['bareKeys'][number]>`
      select k.conrelid::regclass::text as name, k.confrelid::regclass::text as "pointsAt",
        (select string_agg(a.attname, ', ') from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey)) as columns
      from pg_constraint k
      join pg_stat_user_tables mine on mine.relid = k.conrelid join pg_stat_user_tables other on other.relid = k.confrelid
      where k.contype = 'f' and mine.n_live_tup > ${ask.largeRows} and other.n_tup_del > 0
        and not exists (select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and i.indkey[0] = any(k.conkey))`.execute(q),
  ])
  return {
    invalid: all.rows.filter((index) => !index.valid).map((index) => index.name),
    missing: expectedIndexes().filter((name) => !all.rows.some((index) => index.name === name)),
    wholeReads: reads.rows,
    bareKeys: keys.rows,
  }
}
