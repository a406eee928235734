import { Kysely, PostgresDialect } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import type { Tables } from '../../db/index.ts'
import { LogQuery } from '../contract.ts'
import { searchLogs } from './search-logs.ts'
import { tailLogs } from './tail-logs.ts'

/** A million lines over four days: what one search may read must not grow with them. */
const LINES_A_DAY = 250_000
const DAYS = ['2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24']
const NOW = new Date('2026-11-24T23:59:00Z')
const [ORDER, CUSTOMER, REQUEST] = ['000a', '000b', '000c'].map((n) => `00000000-0000-4000-8000-00000000${n}`)

const db = await testDb()
const asked: { sql: string; parameters: readonly unknown[] }[] = []
const q = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool: db.pool }),
  log: ({ query }) => void asked.push({ sql: query.sql, parameters: query.parameters }),
})
const world = { db: { ...db, q }, now: () => NOW }

beforeAll(async () => {
  for (const day of DAYS) {
    const name = `logs_${day.replaceAll('-', '_')}`
    // Filled first and attached then: that makes its indexes in one go.
    await db.byHand(`create table ${name} (like logs including defaults)`)
    await db.byHand(
      `insert into ${name} (at, level, fn, message, order_id, user_id, request_id, process, facts)
       select timestamptz '${day} 00:00+00' + n * interval '0.34 s',
         (case when n % 500 = 0 then 'error' when n % 50 = 0 then 'warn' else 'info' end)::log_level,
         case when n % 5000 = 0 then 'messages' when n % 3 = 0 then 'stripe-webhook' else 'servers-provision' end,
         'panel: POST /api/application/servers', case when n % 4 > 0 then ('00000000-0000-4000-8000-' || lpad(to_hex(n / 20), 12, '0'))::uuid end,
         case when n % 2 = 0 then ('00000000-0000-4000-8000-' || lpad(to_hex(n / 100), 12, '0'))::uuid end,
         case when n % 3 = 0 then ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid end, 'all@host:1', '{"status": 201}'
       from generate_series(1, $1::int) n`,
      [LINES_A_DAY],
    )
    await db.byHand(
      `alter table logs attach partition ${name} for values from ('${day} 00:00+00') to (timestamptz '${day} 00:00+00' + interval '1 day')`,
    )
  }
  // Orders alone, without their plan and checkout.
  await db.byHand(`set session_replication_role = replica; insert into orders (id, user_id, plan_id, term, region_id, server_name, status,
    amount_cents, currency, stripe_session_id, created_at, recorded_at, updated_at)
    select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '${CUSTOMER}', 'p', 'monthly', 'r', 's', 'active', 1, 'usd', 'cs_' || n,
      now(), now(), now() from generate_series(1000, 1019) n`)
  await db.byHand('analyze logs')
}, 120_000)

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

/** How many lines the searches asked so far read, and which partitions they read whole. */
async function reading(): Promise<{ read: number; whole: string[] }> {
  let read = 0
  const whole: string[] = []
  for (const { sql, parameters } of asked) {
    const { rows } = await db.pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, format json) ${sql}`, [...parameters])
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    for (const node of plan ? nodesOf(plan) : []) {
      const of = node['Relation Name'] ?? ''
      if (!of.startsWith('logs_')) continue
      if (node['Node Type'] === 'Seq Scan' && of !== 'logs_default') whole.push(of)
      const seen = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
      read += seen * node['Actual Loops']
    }
  }
  return { read, whole }
}

test.each([
  ['everything', {}, 300],
  ['the last hour', { since: '1h' }, 300],
  ['an order', { order: ORDER }, 300],
  ['an order’s errors in an hour', { order: ORDER, level: 'error', since: '1h' }, 300],
  ['a customer with twenty orders', { customer: CUSTOMER }, 2_500],
  ['a request', { request: REQUEST }, 300],
  ['a function', { fn: 'servers-provision' }, 300],
  ['a rare job', { fn: 'messages' }, 300],
  ['a name nobody has', { fn: 'none' }, 50],
  ['errors', { level: 'error' }, 1_000],
  ['warnings of a function', { fn: 'servers-provision', level: 'warn' }, 1_000],
  ['errors of a rare job', { fn: 'messages', level: 'error' }, 3_000],
  ['errors of a function in the last day', { fn: 'stripe-webhook', level: 'error', since: '1d' }, 2_000],
  ['a day long ago', { since: '2026-11-21T00:00:00Z', until: '2026-11-21T10:00:00Z', fn: 'stripe-webhook' }, 300],
  ['a text that nothing has', { text: 'needle', since: '7d' }, 65_000],
  ['a text in an order', { text: 'needle', since: '7d', order: ORDER }, 600],
] as [string, object, number][])('%s is found along an index, without reading much', async (_, query, most) => {
  asked.length = 0
  await searchLogs(world, LogQuery.parse(query))
  expect(asked.length).toBeGreaterThan(0)
  const { read, whole } = await reading()
  expect(whole).toEqual([])
  expect(read).toBeLessThanOrEqual(most)
})

test('a page deep in the past is as cheap as the first', async () => {
  const cursor = Buffer.from('2026-11-21T12:00:00.000Z 1').toString('base64url')
  asked.length = 0
  await searchLogs(world, LogQuery.parse({ fn: 'servers-provision', cursor }))
  expect(await reading()).toMatchObject({ whole: [] })
  expect((await reading()).read).toBeLessThanOrEqual(300)
})

test('a look of the live tail reads the last seconds alone', async () => {
  asked.length = 0
  await tailLogs(world, { fn: 'servers-provision' }).look()
  const { read, whole } = await reading()
  expect(whole).toEqual([])
  expect(read).toBeLessThanOrEqual(200)
})
