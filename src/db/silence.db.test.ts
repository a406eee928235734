import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { startLine } from '../../test/kit/tcp-proxy.ts'
import { openDb } from './index.ts'

const SILENT_MS = 1_000
const direct = await testDb()
const at = new URL(direct.url)
const port = Number(at.port)
const line = await startLine({ to: () => [port] })
at.port = String(line.port)
const db = openDb(String(at), { max: 3, silentMs: SILENT_MS })
afterAll(async () => {
  await db.close()
  await line.close()
})

const one = () => sql<{ one: number }>`select 1 as one`.execute(db.q).then(({ rows }) => rows[0]?.one)

test('a line that drops packets costs each connection one wait, and none of them is used again', async () => {
  expect(await Promise.all([one(), one(), one()])).toEqual([1, 1, 1])
  line.silence()
  const inside = db.tx(async (tx) => sql`select 1`.execute(tx))
  const lost = await Promise.allSettled([one(), one(), inside])
  expect(lost.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
  line.resume()
  const began = performance.now()
  expect(await Promise.all([one(), one(), one(), db.tx(async () => 1)])).toEqual([1, 1, 1, 1])
  expect(performance.now() - began).toBeLessThan(SILENT_MS)
})

test('a query that takes its time is no silence while it is shorter', async () => {
  await expect(sql`select pg_sleep(0.3)`.execute(db.q)).resolves.toBeDefined()
})
