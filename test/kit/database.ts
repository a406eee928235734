import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { type Db, openDb, type Wake } from '../../src/db/index.ts'

export interface TestDb extends Db {
  url: string
  /** Wake-ups sent by committed transactions, oldest first. */
  wakes: Wake[]
  /** Opens a plain session, as psql would: not marked as ours. */
  byHand(sql: string, values?: unknown[]): Promise<pg.QueryResult>
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl').replace(/[^/]+$/, 'postgres') })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A migrated database of this file's own, dropped at its end. Call at the top of a `.db.test.ts` file or in beforeAll. */
export async function testDb(): Promise<TestDb> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name} template givrwrld`)
  const url = inject('databaseUrl').replace(/[^/]+$/, name)
  const db = openDb(url, { max: 10, name: 'test' })
  const wakes: Wake[] = []
  db.onWake(async (_tx, sent) => {
    wakes.push(...sent)
  })
  afterAll(async () => {
    await db.close()
    await asAdmin(`drop database ${name} with (force)`)
  })
  return {
    ...db,
    url,
    wakes,
    async byHand(sql, values) {
      const client = new pg.Client({ connectionString: url, application_name: 'psql' })
      await client.connect()
      try {
        return await client.query(sql, values)
      } finally {
        await client.end()
      }
    },
  }
}
