import { type Db, openDb } from '../src/db/index.ts'
import { seedBigShop } from './kit/big-shop.ts'
import type { Bench, Figure, Result } from './kit/figure.ts'
import { median, percentile, timed } from './kit/measure.ts'
import { type Asked, shopQueries } from './kit/shop-queries.ts'

const TARGET = { p95Ms: 50, growth: 3 }
/** One order in ten has its server. */
const LIVE_EVERY = 10
/** Lines of a timeline, for each order. */
const EVENTS_EACH = 8
/** Below this a query's growth is the clock's and the network's, not the database's. */
const GROWTH_FROM_MS = 2
/** A moment in which the machine did something else spoils one round, and the median of the rounds is none the worse. */
const ROUNDS = 5
const WARM_UP = 10

/** Every query of console, API, timers and sweeps, at 10⁴ and at 10⁶ orders by turns, with other keys each time. */
export const figure: Figure = async (bench) => {
  const [small, large] = bench.short ? [10_000, 100_000] : [10_000, 1_000_000]
  const shops = [await openShop(bench, small), await openShop(bench, large)] as const
  try {
    const rows = new Map(Object.keys(shops[0].queries).map((name) => [name, { name, small: [], large: [] } as Row]))
    for (const name of rows.keys()) await askByTurns(name, shops, WARM_UP)
    // Rounds over all queries, not all rounds of one: so that no query's rounds fall into the same bad minute.
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [name, row] of rows) {
        const [atSmall, atLarge] = await askByTurns(name, shops, bench.short ? 12 : 40)
        row.small.push(atSmall)
        row.large.push(atLarge)
      }
    return report([...rows.values()], small, large)
  } finally {
    for (const { db } of shops) await db.close()
  }
}

/** What each call took in ms, round by round. */
interface Row {
  name: string
  small: number[][]
  large: number[][]
}
const p95s = (rounds: number[][]): number[] => rounds.map((round) => percentile(round, 0.95))

function report(rows: Row[], small: number, large: number): Result {
  const p95 = (row: Row) => median(p95s(row.large))
  const growths = (row: Row) => row.large.map((round, i) => median(round) / Math.max(GROWTH_FROM_MS, median(row.small[i] ?? [])))
  const growth = (row: Row) => median(growths(row))
  const byP95 = [...rows].sort((a, b) => p95(b) - p95(a))
  const [worst] = byP95
  const [steepest] = [...rows].sort((a, b) => growth(b) - growth(a))
  const floor = rows.find((row) => row.name === FLOOR)
  if (!worst || !steepest || !floor) throw new Error('nothing was measured')
  const ms = (value: number) => value.toFixed(1).padStart(6)
  const pair = (rounds: number[][]) => `${ms(median(rounds.flat()))} ${ms(median(p95s(rounds)))}`
  return {
    lines: [
      {
        what: `worst p95 at ${large} orders, ${large / LIVE_EVERY} live: ${worst.name}`,
        target: `≤ ${TARGET.p95Ms} ms`,
        runs: p95s(worst.large),
        unit: 'ms',
        floor: p95s(floor.large),
        reached: p95(worst) <= TARGET.p95Ms,
      },
      {
        what: `steepest growth of a median from ${small}: ${steepest.name}`,
        target: `≤ ${TARGET.growth} ×`,
        runs: growths(steepest),
        unit: '×',
        floor: growths(floor),
        reached: growth(steepest) <= TARGET.growth,
      },
    ],
    notes: [
      `median and p95 in ms at ${small} orders → at ${large} orders, ${rows.length} queries:`,
      ...byP95.map((row) => `  ${row.name.padEnd(34)} ${pair(row.small)} → ${pair(row.large)}`),
      `A p95 is the median of those of ${ROUNDS} rounds. Growth counts from ${GROWTH_FROM_MS} ms on. Floor: one row by its key.`,
      `An order has ${EVENTS_EACH} lines of timeline, and as many calls for 90 days. The runbook's own SQL is exempt.`,
    ],
  }
}

const FLOOR = 'one row by its key'

interface Opened {
  db: Db
  keys: Asked[]
  /** How many questions were asked: each is about another order than the one before. */
  asked: number
  queries: Record<string, (asked: Asked) => Promise<unknown>>
}

async function openShop(bench: Bench, orders: number): Promise<Opened> {
  const databaseUrl = await bench.database(`queries_${orders}`)
  const seeded = await timed(() => seedBigShop(databaseUrl, { orders, liveEvery: LIVE_EVERY, eventsEach: EVENTS_EACH }))
  bench.say(`${orders} orders written in ${Math.round(seeded / 1_000)} s`)
  const db = openDb(databaseUrl, { max: 8, name: 'bench' })
  return { db, keys: await pickKeys(db), asked: 0, queries: { ...shopQueries(db), [FLOOR]: byKey(db) } }
}

/** By turns, so that a busy moment of the machine hits both. */
async function askByTurns(name: string, shops: readonly [Opened, Opened], times: number): Promise<[small: number[], large: number[]]> {
  const took: [number[], number[]] = [[], []]
  for (let time = 0; time < times; time += 1)
    for (const [i, shop] of shops.entries()) {
      const asked = shop.keys[shop.asked % shop.keys.length]
      shop.asked += 1
      if (!asked) throw new Error('no orders were seeded')
      took[i]?.push(await timed(async () => shop.queries[name]?.(asked)))
    }
  return took
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
