import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../sandbox/postgres.ts'
import { migrate } from '../../src/db/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

/** One PostgreSQL for the whole run; its database `givrwrld` is migrated and serves as the template of every file's own. */
export default async function setup(project: TestProject) {
  const dir = mkdtempSync(join(tmpdir(), 'givrwrld-test-'))
  // PostgreSQL may run as another user than this one, who must get through.
  chmodSync(dir, 0o755)
  const postgres = await startPostgres(dir, { throwaway: true })
  await migrate(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url.replace(/[^/]+$/, 'postgres') })
  await client.connect()
  await client.query('alter database givrwrld is_template true')
  await client.end()
  project.provide('databaseUrl', postgres.url)
  return async () => {
    await postgres.stop('immediate')
    rmSync(dir, { recursive: true, force: true })
  }
}
