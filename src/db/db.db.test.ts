import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { migrate, pendingMigrations, type Queries, wake } from './index.ts'

const db = await testDb()

test('migrations ran, and a second run does nothing', async () => {
  expect(await pendingMigrations(db.pool)).toEqual([])
  expect(await migrate(db.url)).toEqual([])
})

test('wake-ups go out with the commit, each once, in one order; a rollback sends none', async () => {
  db.wakes.length = 0
  await db.tx(async (tx) => {
    await wake(tx, 'orders.changed', 'b')
    await wake(tx, 'orders.changed', 'a')
    await wake(tx, 'orders.changed', 'b')
  })
  expect(db.wakes).toEqual([
    { topic: 'orders.changed', key: 'a' },
    { topic: 'orders.changed', key: 'b' },
  ])
  const thrown = db.tx(async (tx) => {
    await wake(tx, 'orders.changed', 'c')
    throw new Error('no')
  })
  await expect(thrown).rejects.toThrow('no')
  expect(db.wakes).toHaveLength(2)
})

test('a connection cut while a transaction holds it fails that transaction and not the process', async () => {
  const client = await db.pool.connect()
  const [row] = (await client.query('select pg_backend_pid() as pid')).rows
  const cut = new Promise((heard) => client.once('end', heard))
  await db.byHand('select pg_terminate_backend($1)', [row.pid])
  await cut
  await expect(client.query('select 1')).rejects.toThrow()
  client.release(true)
  expect((await db.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('reads made together share one connection and fail each by itself', async () => {
  const ask = (q: Queries, what: string) => sql<{ pid: number; of: string }>`select pg_backend_pid() as pid, ${what} as of`.execute(q)
  const answers = await db.together((q) =>
    Promise.allSettled([ask(q, 'a'), sql`select 1 / (${0}::int)`.execute(q), ask(q, 'b'), ask(q, 'c')]),
  )
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  const rows = answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value.rows as { pid: number; of: string }[]) : []))
  expect(rows.map(({ of }) => of)).toEqual(['a', 'b', 'c'])
  expect(new Set(rows.map(({ pid }) => pid)).size).toBe(1)
})

test("the job library's statements are planned once on a connection, others anew", async () => {
  const kept = await db.together(async (q) => {
    for (const key of ['a', 'b']) {
      await sql`select key from (values (${key})) as v(key) where 'pgboss.job' <> key`.execute(q)
      await sql`select key from (values (${key})) as v(key) where 'another' <> key`.execute(q)
    }
    return sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(q)
  })
  expect(kept.rows.map(({ statement }) => statement)).toEqual([expect.stringContaining('pgboss.job')])
})

test('a database with tables of our names that are not ours is refused', async () => {
  await db.byHand('drop schema givrwrld cascade')
  await expect(migrate(db.url)).rejects.toMatchObject({ code: 'db.foreign_tables', kind: 'conflict' })
})

test('a session that does nothing inside a transaction loses its locks after a while', async () => {
  const { rows } = await db.pool.query('show idle_in_transaction_session_timeout')
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }])
})
