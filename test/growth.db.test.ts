import { Kysely, PostgresDialect } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { seedBigShop } from '../bench/kit/big-shop.ts'
import { type Asked, shopQueries } from '../bench/kit/shop-queries.ts'
import type { Tables } from '../src/db/index.ts'
import { testDb } from './kit/database.ts'

/** Tables that grow with the years: no page and no timer may read one of them whole. */
const BIG = new Set([
  'orders',
  'order_events',
  'checkouts',
  'reservations',
  'node_allocations',
  'servers_seen',
  'stripe_events',
  'messages',
  'user',
])

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  Plans?: PlanNode[]
}
const scansOf = (node: PlanNode): string[] => [
  ...(node['Node Type'] === 'Seq Scan' && BIG.has(node['Relation Name'] ?? '') ? [node['Relation Name'] ?? ''] : []),
  ...(node.Plans ?? []).flatMap(scansOf),
]

async function wholeReads(sql: string, parameters: readonly unknown[]): Promise<string[]> {
  const { rows } = await db.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (format json) ${sql}`, [...parameters])
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
  if (!plan) throw new Error(`no plan for ${sql}`)
  return scansOf(plan)
}

const db = await testDb()
const asked: { sql: string; parameters: readonly unknown[] }[] = []
const listening = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool: db.pool }),
  log: ({ query }) => void asked.push({ sql: query.sql, parameters: query.parameters }),
})
const queries = shopQueries({ ...db, q: listening })
let key: Asked

beforeAll(async () => {
  await seedBigShop(db.url, { orders: 100_000, liveEvery: 10, eventsEach: 10 })
  const { rows } = await db.pool.query<{ id: string; user_id: string; server_name: string; created_at: Date; email: string }>(
    `select o.id, o.user_id, o.server_name, o.created_at, u.email from orders o join auth."user" u on u.id = o.user_id
     where o.status = 'active' order by o.created_at offset 5000 limit 1`,
  )
  const [row] = rows
  if (!row) throw new Error('nothing was seeded')
  const cursor = Buffer.from(`${row.created_at.toISOString()} ${row.id}`).toString('base64url')
  key = { orderId: row.id, userId: row.user_id, email: row.email, serverName: row.server_name, cursor }
}, 180_000)

test.each(Object.keys(queries))('no big table is read whole at 100,000 orders: %s', async (name) => {
  asked.length = 0
  await queries[name]?.(key)
  expect(asked.length).toBeGreaterThan(0)
  for (const { sql, parameters } of asked) expect(await wholeReads(sql, parameters), sql).toEqual([])
})

test('a query without an index is noticed', async () => {
  expect(await wholeReads('select id from orders where stripe_customer_id = $1', ['cus_1'])).toEqual(['orders'])
})
