import { Kysely, PostgresDialect } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { seedBigShop } from '../bench/kit/big-shop.ts'
import { type Asked, shopQueries } from '../bench/kit/shop-queries.ts'
import type { Tables } from '../src/db/index.ts'
import { testDb } from './kit/database.ts'

/** What has more rows than this grows with the years, or with the shop: it is not read from one end to the other. */
const BIG_ROWS = 5_000
/** One question touches no more rows than this, of all its tables: a fifth of the orders that live, a five-hundredth of the timelines. */
const READ_MAX = 2_000

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
const readBy = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * node['Actual Loops']

const db = await testDb()
const asked: { sql: string; parameters: readonly unknown[] }[] = []
const listening = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool: db.pool }),
  log: ({ query }) => void asked.push({ sql: query.sql, parameters: query.parameters }),
})
const queries = shopQueries({ ...db, q: listening })
let key: Asked
let big: Set<string>

/** What a statement reads: big tables from end to end, and how many rows at all. It changes nothing. */
async function readsOf(sql: string, parameters: readonly unknown[]): Promise<{ whole: string[]; rows: number }> {
  const client = await db.pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, timing off, format json) ${sql}`, [
      ...parameters,
    ])
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    if (!plan) throw new Error(`no plan for ${sql}`)
    const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined && /Scan$/.test(node['Node Type']))
    const whole = scans.filter((node) => node['Node Type'] === 'Seq Scan' && big.has(node['Relation Name'] ?? ''))
    return { whole: whole.map((node) => node['Relation Name'] ?? ''), rows: scans.reduce((sum, node) => sum + readBy(node), 0) }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

beforeAll(async () => {
  await seedBigShop(db.url, { orders: 100_000, liveEvery: 10, eventsEach: 10 })
  const tables = await db.pool.query<{ relname: string }>('select relname from pg_class where relkind = $1 and reltuples > $2', [
    'r',
    BIG_ROWS,
  ])
  big = new Set(tables.rows.map((row) => row.relname))
  const { rows } = await db.pool.query<{ id: string; user_id: string; server_name: string; created_at: Date; email: string }>(
    `select o.id, o.user_id, o.server_name, o.created_at, u.email from orders o join auth."user" u on u.id = o.user_id
     where o.status = 'active' order by o.created_at offset 5000 limit 100`,
  )
  const [row] = rows
  if (!row) throw new Error('nothing was seeded')
  const cursor = Buffer.from(`${row.created_at.toISOString()} ${row.id}`).toString('base64url')
  const others = rows.map((one) => one.id)
  key = { orderId: row.id, userId: row.user_id, email: row.email, serverName: row.server_name, cursor, others }
}, 180_000)

test('the shop is as large as it is meant to be, its history in partitions', async () => {
  const { rows } = await db.pool.query('select count(*)::int as n from order_events')
  expect(rows[0].n).toBeGreaterThanOrEqual(1_000_000)
  expect([...big]).toEqual(expect.arrayContaining(['orders', 'checkouts', 'servers_seen', 'reservations', 'node_allocations', 'audit_log']))
  const partitioned = [...big].filter((name) => /^(?:order_events|stripe_events)/.test(name))
  expect(partitioned.length).toBeGreaterThan(10)
  expect(partitioned.filter((name) => name.endsWith('_default'))).toEqual([])
})

test.each(Object.keys(queries))('at 100,000 orders no big table is read whole, and few rows at all: %s', async (name) => {
  asked.length = 0
  await queries[name]?.(key)
  expect(asked.length).toBeGreaterThan(0)
  let rows = 0
  for (const { sql, parameters } of asked) {
    const reads = await readsOf(sql, parameters)
    expect(reads.whole, sql).toEqual([])
    rows += reads.rows
  }
  expect(rows, asked.map((one) => one.sql).join('\n')).toBeLessThan(READ_MAX)
})

test('a query without an index is noticed, and one that reads a lot along one', async () => {
  expect(await readsOf('select id from orders where stripe_customer_id = $1', ['cus_1'])).toMatchObject({ whole: ['orders'] })
  const counted = await readsOf(`select count(*) from orders where status = 'active'`, [])
  expect(counted.rows).toBeGreaterThan(READ_MAX)
})
