import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Failure } from '../kit/failure.ts'

const FOLDER = join(import.meta.dirname, 'migrations')
/** Our own number for PostgreSQL's advisory lock: one migrator at a time. */
const LOCK = 4_801_733

interface Migration {
  name: string
  sql: string
}

export const allMigrations = (): Migration[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: file.replace(/[.]sql$/, ''), sql: readFileSync(join(FOLDER, file), 'utf8') }))

/** Names of migrations not run yet on this database. @throws Failure `db.half_restored` */
export async function pendingMigrations(client: pg.Pool | pg.Client): Promise<string[]> {
  if (await isHalfRestored(client)) throw halfRestored()
  return missing(client)
}

async function missing(client: pg.Pool | pg.Client): Promise<string[]> {
  const has = await client.query(`select to_regclass('givrwrld.migrations') is not null as it`)
  const done = has.rows[0]?.it
    ? (await client.query<{ name: string }>('select name from givrwrld.migrations')).rows.map((row) => row.name)
    : []
  return allMigrations()
    .map((migration) => migration.name)
    .filter((name) => !done.includes(name))
}

/** A restore marks the database as long as it is not through. */
async function isHalfRestored(client: pg.Pool | pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ it: boolean }>(`select to_regclass('givrwrld.restoring') is not null as it`)
  return rows[0]?.it ?? false
}
const halfRestored = () =>
  new Failure({
    code: 'db.half_restored',
    kind: 'conflict',
    say: 'The database is half restored: the restore was broken off, or is still at it.',
    next: 'Wait for it; or drop this database, make it anew and restore again.',
  })

export interface MigrateOptions {
  /** These at most; left out: all. */
  upTo?: string[]
  /** A restore is filling it: nobody else is to touch it until that is through. */
  restoring?: boolean
}

/**
 * Brings the database up to date, each migration in a transaction of its own, under an advisory lock.
 * Refuses a `public` schema that already holds tables of our names made by somebody else.
 * @returns names of the migrations that were run
 */
export async function migrate(url: string, { upTo, restoring = false }: MigrateOptions = {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: restoring ? 'givrwrld restore' : 'givrwrld migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await refuseForeignTables(client)
    await client.query(`create schema if not exists givrwrld;
      create table if not exists givrwrld.migrations (name text primary key, ran_at timestamptz not null default now())`)
    if (restoring) await client.query('create table if not exists givrwrld.restoring ()')
    const pending = (restoring ? await missing(client) : await pendingMigrations(client)).filter((name) => !upTo || upTo.includes(name))
    for (const migration of allMigrations().filter((one) => pending.includes(one.name))) {
      await client.query('begin')
      await client.query(migration.sql)
      await client.query('insert into givrwrld.migrations (name) values ($1)', [migration.name])
      await client.query('commit')
    }
    return pending
  } finally {
    await client.end()
  }
}

async function refuseForeignTables(client: pg.Client): Promise<void> {
  const ours = await client.query(`select to_regclass('givrwrld.migrations') is not null as it`)
  if (ours.rows[0]?.it) return
  const names = allMigrations().flatMap(({ sql }) => [...sql.matchAll(/create table (\w+) /g)].map((match) => match[1] ?? ''))
  const found = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_name = any($1)`,
    [names],
  )
  if (found.rows.length === 0) return
  throw new Failure({
    code: 'db.foreign_tables',
    kind: 'conflict',
    say: `The database already has tables that are not ours: ${found.rows.map((row) => row.name).join(', ')}.`,
    next: 'Give DATABASE_URL an empty database, or move those tables to another schema.',
  })
}
