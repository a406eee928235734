import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../sandbox/postgres.ts'
import { migrate } from '../../src/db/index.ts'
import { migrateLoop } from '../../src/loop/index.ts'

export interface Databases {
  /** A migrated database of this name, empty. */
  fresh(name: string): Promise<string>
  close(): Promise<void>
}

/** PostgreSQL as in earnest: with fsync, with synchronous commit; gone with its data at the end. */
export async function startDatabases(): Promise<Databases> {
  const dir = mkdtempSync(join(tmpdir(), 'givrwrld-bench-'))
  // PostgreSQL may run as another user than this one, who must get through.
  chmodSync(dir, 0o755)
  const postgres = await startPostgres(dir)
  const urlOf = (name: string) => postgres.url.replace(/[^/]+$/, name)
  await migrate(postgres.url)
  await migrateLoop(postgres.url)
  const admin = new pg.Client({ connectionString: urlOf('postgres') })
  await admin.connect()
  return {
    async fresh(name) {
      const database = `bench_${name}`
      await admin.query(`drop database if exists ${database} with (force)`)
      await admin.query(`create database ${database} template givrwrld`)
      return urlOf(database)
    },
    async close() {
      await admin.end()
      await postgres.stop('immediate')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
