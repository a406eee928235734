import { type Db, openDb } from '../src/db/index.ts'
import { seedBigShop } from './kit/big-shop.ts'
import type { Bench, Figure, Result } from './kit/figure.ts'
import { median, percentile, timed } from './kit/measure.ts'
import { type Asked, shopQueries } from './kit/shop-queries.ts'

const TARGET = { p95Ms: 50, growth: 3 }
/** One order in ten has its server. */
const LIVE_EVERY = 10
/** Below this a query's growth is the clock's and the network's, not the database's. */
const GROWTH_FROM_MS = 2

/** Every query of console, API and timers, at 10⁴ and at 10⁶ orders by turns, with other keys each time. */
export const figure: Figure = async (bench) => {
  const [small, large] = bench.short ? [10_000, 100_000] : [10_000, 1_000_000]
  const shops = [await openShop(bench, small), await openShop(bench, large)] as const
  try {
    const rows = []
    for (const name of Object.keys(shops[0].queries)) rows.push(await measure(name, shops, bench.short ? 60 : 200))
    return report(rows, small, large)
  } finally {
    for (const { db } of shops) await db.close()
  }
}

interface Row {
  name: string
  small: number[]
  large: number[]
}

function report(rows: Row[], small: number, large: number): Result {
  const p95 = (row: Row) => percentile(row.large, 0.95)
  const growth = (row: Row) => median(row.large) / Math.max(GROWTH_FROM_MS, median(row.small))
  const byP95 = [...rows].sort((a, b) => p95(b) - p95(a))
  const [worst] = byP95
  const [steepest] = [...rows].sort((a, b) => growth(b) - growth(a))
  const floor = rows.find((row) => row.name === FLOOR)
  if (!worst || !steepest || !floor) throw new Error('nothing was measured')
  const ms = (values: number[], share: number) => percentile(values, share).toFixed(1).padStart(6)
  return {
    lines: [
      {
        what: `worst p95 at ${large} orders, ${large / LIVE_EVERY} live: ${worst.name}`,
        target: `≤ ${TARGET.p95Ms} ms`,
        runs: [p95(worst)],
        unit: 'ms',
        floor: [p95(floor)],
        reached: p95(worst) <= TARGET.p95Ms,
      },
      {
        what: `steepest growth of a median from ${small}: ${steepest.name}`,
        target: `≤ ${TARGET.growth} ×`,
        runs: [growth(steepest)],
        unit: '×',
        floor: [median(floor.large) / median(floor.small)],
        reached: growth(steepest) <= TARGET.growth,
      },
    ],
    notes: [
      `median and p95 in ms at ${small} orders → at ${large} orders:`,
      ...byP95.map(
        (row) => `  ${row.name.padEnd(34)} ${ms(row.small, 0.5)} ${ms(row.small, 0.95)} → ${ms(row.large, 0.5)} ${ms(row.large, 0.95)}`,
      ),
      `Growth counts from ${GROWTH_FROM_MS} ms on. Floor: one row by its key. The runbook's own SQL is exempt.`,
    ],
  }
}

const FLOOR = 'one row by its key'

interface Opened {
  db: Db
  keys: Asked[]
  queries: Record<string, (asked: Asked) => Promise<unknown>>
}

async function openShop(bench: Bench, orders: number): Promise<Opened> {
  const databaseUrl = await bench.database(`queries_${orders}`)
  const seeded = await timed(() => seedBigShop(databaseUrl, { orders, liveEvery: LIVE_EVERY, eventsEach: 4 }))
  bench.say(`${orders} orders written in ${Math.round(seeded / 1_000)} s`)
  const db = openDb(databaseUrl, { max: 8, name: 'bench' })
  return { db, keys: await pickKeys(db), queries: { ...shopQueries(db), [FLOOR]: byKey(db) } }
}

/** By turns, so that a busy moment of the machine hits both; the first ten are not counted. */
async function measure(name: string, shops: readonly [Opened, Opened], times: number): Promise<Row> {
  const took: [number[], number[]] = [[], []]
  for (let time = -10; time < times; time += 1)
    for (const [i, { keys, queries }] of shops.entries()) {
      const asked = keys[(time + 10) % keys.length]
      if (!asked) throw new Error('no orders were seeded')
      const ms = await timed(async () => queries[name]?.(asked))
      if (time >= 0) took[i]?.push(ms)
    }
  return { name, small: took[0], large: took[1] }
}

const byKey = (db: Db) => (keys: Asked) => db.pool.query('select * from orders where id = $1', [keys.orderId])

/** Orders of every age, and a place in the list beside each. */
async function pickKeys(db: Db): Promise<Asked[]> {
  const picked = await db.pool.query<{ id: string; user_id: string; server_name: string; created_at: Date; email: string }>(
    `select o.id, o.user_id, o.server_name, o.created_at, u.email
     from orders o join auth."user" u on u.id = o.user_id order by md5(o.id::text) limit 100`,
  )
  const others = picked.rows.map((row) => row.id)
  return picked.rows.map((row) => ({
    others,
    orderId: row.id,
    userId: row.user_id,
    email: row.email,
    serverName: row.server_name,
    cursor: Buffer.from(`${row.created_at.toISOString()} ${row.id}`).toString('base64url'),
  }))
}
