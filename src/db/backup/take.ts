import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { Failure } from '../../kit/failure.ts'
import { CopyOut } from './copy.ts'
import { columnsOf, nameOf, PLAINLY, partitions, sequences, type TableShape, tablesInOrder } from './describe.ts'
import { MANIFEST, MANIFEST_SUM, type Manifest, sumOf } from './manifest.ts'
import { type TarWriter, writeTar } from './tar.ts'

export interface TakeAsk {
  url: string
  /** Must not be there yet. */
  file: string
  takenBy: string
  /** Called with the snapshot's id once it stands: others may look through it. */
  onSnapshot?(id: string): Promise<void>
}
export interface Taken {
  takenAt: Date
  file: string
  bytes: number
  rows: number
  tables: number
}

/**
 * Copies every table of one instant into one file. Writers go on; only a change of tables (a migration, a partition that is
 * dropped) waits. The file has its name when it is whole.
 */
export async function takeBackup({ url, file, takenBy, onSnapshot }: TakeAsk): Promise<Taken> {
  if (existsSync(file)) throw isThere(file)
  const client = new pg.Client({ connectionString: url, application_name: 'givrwrld backup' })
  await client.connect()
  const partial = `${file}.partial`
  try {
    await client.query(PLAINLY)
    const known = await tablesInOrder(client)
    await client.query('begin isolation level repeatable read read only')
    // Locked first: a table that is dropped later would be empty in a snapshot taken earlier.
    await client.query(`lock table ${known.map(nameOf).join(', ')} in access share mode`)
    const { rows } = await client.query<{ at: Date; version: string; snapshot: string }>(
      `select now() as at, current_setting('server_version') as version, pg_export_snapshot() as snapshot`,
    )
    const { at, version, snapshot } = rows[0]!
    await onSnapshot?.(snapshot)
    const archive = await writeTar(partial)
    const tables: Manifest['tables'] = []
    for (const table of await tablesInOrder(client)) tables.push(await copyTable(client, archive, table))
    const manifest: Manifest = {
      format: 1,
      takenAt: at.toISOString(),
      takenBy,
      postgres: version,
      migrations: (await client.query<{ name: string }>('select name from givrwrld.migrations order by name')).rows.map((row) => row.name),
      tables,
      partitions: await partitions(client),
      // Not of the snapshot, but never behind it: a number that was given is not given again.
      sequences: await sequences(client),
    }
    const text = Buffer.from(JSON.stringify(manifest, null, 1))
    await archive.add(MANIFEST, text)
    await archive.add(MANIFEST_SUM, Buffer.from(`${sumOf(text)}\n`))
    const bytes = await archive.close()
    await client.query('commit')
    await rename(partial, file)
    return { takenAt: at, file, bytes, rows: tables.reduce((sum, table) => sum + table.rows, 0), tables: tables.length }
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  } finally {
    await client.end()
  }
}

async function copyTable(client: pg.Client, archive: TarWriter, table: TableShape): Promise<Manifest['tables'][number]> {
  const file = `data/${table.schema}.${table.name}.copy.gz`
  const rows = client.query(new CopyOut(`copy (select ${columnsOf(table)} from ${nameOf(table)}) to stdout`))
  const squeezed = createGzip({ level: 6 })
  const [{ sha256 }] = await Promise.all([archive.add(file, squeezed), pipeline(rows, squeezed)])
  return { ...table, rows: rows.rows, file, sha256 }
}

const isThere = (file: string) =>
  new Failure({
    code: 'db.backup_exists',
    kind: 'conflict',
    say: `${file} is there already.`,
    next: 'Name another file: a backup is never written over.',
  })
