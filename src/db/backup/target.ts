import type pg from 'pg'
import { Failure } from '../../kit/failure.ts'

/** What a database is filled into: whether it may be. */

const OURS = ['public', 'auth', 'givrwrld', 'pgboss']

/** Extensions do not count. */
export async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e') limit 1`,
    [OURS],
  )
  return rows.length === 0
}

/** A product that runs on it would write into what is being filled. @throws Failure `db.in_use` */
export async function refuseUsedTarget(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name like 'givrwrld %' and application_name <> 'givrwrld restore'`,
  )
  if (rows.length === 0) return
  throw new Failure({
    code: 'db.in_use',
    kind: 'conflict',
    say: `The target is in use: ${rows.map((row) => row.name).join(', ')}.`,
    next: 'Stop the product (every process of it), then restore.',
  })
}

/** Removes everything of the shop, and what else stands in `public`; extensions there are made anew. */
export async function emptyTarget(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select extname as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace where n.nspname = 'public'`,
  )
  await client.query('begin')
  for (const schema of OURS) await client.query(`drop schema if exists ${schema} cascade`)
  await client.query('create schema public')
  for (const { name } of rows) await client.query(`create extension if not exists "${name}" schema public`)
  await client.query('commit')
}
