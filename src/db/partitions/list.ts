import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Queries } from '../db.ts'
import type { Every } from './periods.ts'

/** A table that stands in partitions by time, with a default partition named `<table>_default`, and how long they are kept. */
export interface Partitioned {
  table: string
  /** Of type timestamptz: what the partitions are ranges of. */
  column: string
  every: Every
  /** So many periods after the present one stand ready. */
  aheadCount: number
  keepDays: number
  /** A row of which this is true is never removed, and with it the partition that holds it. */
  neededWhile?: RawBuilder<SqlBool>
}

export interface Partition {
  name: string
  /** Null: the default partition, or one that was made by hand with an open end. */
  from: Date | null
  to: Date | null
  /** As PostgreSQL estimates them. */
  rows: number
  bytes: number
}

export const defaultOf = (table: string): string => `${table}_default`

/** The oldest first, the default one last. */
export async function partitionsOf(q: Queries, table: string): Promise<Partition[]> {
  const { rows } = await sql<Partition>`
    select c.relname as name, (regexp_match(bounds, 'FROM [(]''([^'']+)''[)]'))[1]::timestamptz as "from",
      (regexp_match(bounds, 'TO [(]''([^'']+)''[)]'))[1]::timestamptz as "to",
      greatest(0, c.reltuples)::float8 as rows, pg_total_relation_size(c.oid) as bytes
    from pg_inherits i join pg_class c on c.oid = i.inhrelid, pg_get_expr(c.relpartbound, c.oid) as bounds
    where i.inhparent = to_regclass(${table})
    order by "from" nulls last, name`.execute(q)
  return rows
}

/** Rows of the default partition, by the period that they belong to. Reads it whole: it is to be empty. */
export async function straysOf(q: Queries, { table, column, every }: Partitioned): Promise<{ from: Date; rows: number }[]> {
  const { rows } = await sql<{ from: Date; rows: number }>`
    select date_trunc(${every}, ${sql.ref(column)} at time zone 'UTC') at time zone 'UTC' as "from", count(*) as rows
    from ${sql.table(defaultOf(table))} group by 1 order by 1`.execute(q)
  return rows
}

/** Whether something in this partition is needed still, however old it is. */
export async function isNeeded(q: Queries, { neededWhile }: Partitioned, partition: string): Promise<boolean> {
  if (!neededWhile) return false
  const { rows } = await sql<{ needed: boolean }>`
    select exists (select from ${sql.table(partition)} where ${neededWhile}) as needed`.execute(q)
  return rows[0]?.needed ?? true
}
