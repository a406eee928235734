import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { sql } from 'kysely'
import pg from 'pg'
import { Failure } from '../../kit/failure.ts'
import type { Tx } from '../db.ts'
import { allMigrations, migrate } from '../migrate.ts'
import { CopyIn } from './copy.ts'
import { columnsOf, nameOf, PLAINLY } from './describe.ts'
import { type Manifest, type OpenBackup, openBackup } from './manifest.ts'
import { emptyTarget, isEmpty, refuseUsedTarget } from './target.ts'

export interface RestoreAsk {
  file: string
  url: string
  /** What stands in the target goes. */
  force: boolean
}
export interface Restored {
  takenAt: Date
  rows: number
  tables: number
  /** Migrations of this software that the backup had not seen. */
  newer: string[]
}

/** Looks at file and target, and changes nothing. @throws Failure for everything that a restore would be refused for */
export async function checkRestore({ file, url, force }: RestoreAsk): Promise<OpenBackup> {
  const backup = await openBackup(file)
  refuseNewer(backup.manifest)
  const client = await connected(url)
  try {
    await refuseUsedTarget(client)
    if (!force && !(await isEmpty(client))) throw notEmpty()
  } finally {
    await client.end()
  }
  return backup
}

/**
 * Fills an empty database with a backup: tables as they were at its time, then its rows in one transaction, then the migrations
 * that are newer. Until `endRestoring` the database says of itself that it is half restored, and nothing serves it.
 */
export async function restoreBackup(ask: RestoreAsk): Promise<Restored> {
  const { manifest, read } = await checkRestore(ask)
  const { url } = ask
  const client = await connected(url)
  try {
    if (!(await isEmpty(client))) await emptyTarget(client)
    await migrate(url, { upTo: manifest.migrations, restoring: true })
    await client.query(PLAINLY)
    await client.query('begin')
    await makePartitions(client, manifest)
    // The first rows, which migrations put in, are in the backup too.
    await client.query(`truncate ${manifest.tables.map(nameOf).join(', ')}`)
    for (const table of manifest.tables) await fill(client, table, read)
    for (const one of manifest.sequences) await client.query('select setval($1::regclass, $2, $3)', [nameOf(one), one.last, one.called])
    await client.query('commit')
    const newer = await migrate(url, { restoring: true })
    await client.query('analyze')
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    return { takenAt: new Date(manifest.takenAt), rows, tables: manifest.tables.length, newer }
  } finally {
    await client.end()
  }
}

/** The last thing of a restore: from now on the database may be served. */
export async function endRestoring(tx: Tx): Promise<void> {
  await sql`drop table givrwrld.restoring`.execute(tx)
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'givrwrld restore', options: '-c givrwrld.session=app' })
  // What breaks the connection fails the query that runs, which is enough.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function fill(client: pg.Client, table: Manifest['tables'][number], read: OpenBackup['read']): Promise<void> {
  // Triggers tell of changes; this is none.
  await client.query(`alter table ${nameOf(table)} disable trigger user`)
  const rows = client.query(new CopyIn(`copy ${nameOf(table)} (${columnsOf(table)}) from stdin`))
  await pipeline(read(table.file), createGunzip(), rows)
  await client.query(`alter table ${nameOf(table)} enable trigger user`)
  if (rows.rows !== table.rows)
    throw new Failure({
      code: 'db.backup_broken',
      kind: 'invalid',
      say: `${table.schema}.${table.name} has ${rows.rows} rows in the backup and should have ${table.rows}.`,
      next: 'Take another backup; nothing was restored.',
    })
}

/** The migrations make those of today; rows of other months have theirs again. */
async function makePartitions(client: pg.Client, { partitions }: Manifest): Promise<void> {
  for (const { parent, name, bounds } of partitions) {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      `public.${pg.escapeIdentifier(name)}`,
    ])
    if (!rows[0]?.there) await client.query(`create table public.${pg.escapeIdentifier(name)} partition of ${parentName(parent)} ${bounds}`)
  }
}
const parentName = (parent: string): string =>
  parent
    .split('.')
    .map((part) => pg.escapeIdentifier(part))
    .join('.')

function refuseNewer({ migrations }: Manifest): void {
  const ours = allMigrations().map(({ name }) => name)
  const unknown = migrations.filter((name) => !ours.includes(name))
  if (unknown.length === 0) return
  throw new Failure({
    code: 'db.backup_newer',
    kind: 'conflict',
    say: `The backup is of a newer version of this software: ${unknown.join(', ')} is not known here.`,
    next: 'Restore it with that version, or a later one.',
  })
}

const notEmpty = () =>
  new Failure({
    code: 'db.not_empty',
    kind: 'conflict',
    say: 'The target holds tables already.',
    next: 'Give an empty database (createdb), or --force-nonempty, which removes everything in it.',
  })
