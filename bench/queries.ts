import { openDb } from '../src/db/index.ts'
import { seedBigShop } from './kit/big-shop.ts'
import type { Bench, Figure } from './kit/figure.ts'
import { percentile, timed } from './kit/measure.ts'
import { type Asked, shopQueries } from './kit/shop-queries.ts'

const TARGET = { p95Ms: 50, growth: 3 }
/** One order in ten has its server. */
const LIVE_EVERY = 10
/** Below this a query's growth is the clock's and the network's, not the database's. */
const GROWTH_FROM_MS = 2

/** Every query of console, API and timers, at 10⁴ and at 10⁶ orders, with other keys each time. */
export const figure: Figure = async (bench) => {
  const [small, large] = bench.short ? [10_000, 100_000] : [10_000, 1_000_000]
  const at = { small: await measure(bench, small), large: await measure(bench, large) }
  const rows = at.large.map((one) => {
    const before = at.small.find((other) => other.name === one.name)?.p95 ?? Number.NaN
    return { ...one, growth: one.p95 / Math.max(GROWTH_FROM_MS, before), before }
  })
  const worst = rows.reduce((a, b) => (b.p95 > a.p95 ? b : a))
  const steepest = rows.reduce((a, b) => (b.growth > a.growth ? b : a))
  return {
    lines: [
      {
        what: `worst p95 at ${large} orders, ${large / LIVE_EVERY} live: ${worst.name}`,
        target: `≤ ${TARGET.p95Ms} ms`,
        runs: [worst.p95],
        unit: 'ms',
        floor: [at.large.find((one) => one.name === FLOOR)?.p95 ?? Number.NaN],
        reached: worst.p95 <= TARGET.p95Ms,
      },
      {
        what: `steepest growth from ${small}: ${steepest.name}`,
        target: `≤ ${TARGET.growth} ×`,
        runs: [steepest.growth],
        unit: '×',
        reached: steepest.growth <= TARGET.growth,
      },
    ],
    notes: [
      `p95 in ms, at ${small} → ${large} orders:`,
      ...rows
        .sort((a, b) => b.p95 - a.p95)
        .map((one) => `  ${one.name.padEnd(34)} ${one.before.toFixed(1).padStart(7)} → ${one.p95.toFixed(1)}`),
      `Growth counts from ${GROWTH_FROM_MS} ms on. Floor: one row by its key. The runbook's own SQL is exempt.`,
    ],
  }
}

const FLOOR = 'one row by its key'

async function measure(bench: Bench, orders: number): Promise<{ name: string; p95: number }[]> {
  const databaseUrl = await bench.database(`queries_${orders}`)
  const db = openDb(databaseUrl, { max: 8, name: 'bench' })
  try {
    const seeded = await timed(() => seedBigShop(databaseUrl, { orders, liveEvery: LIVE_EVERY, eventsEach: 4 }))
    bench.say(`${orders} orders written in ${Math.round(seeded / 1_000)} s`)
    const asked = await pickKeys(db)
    const times = bench.short ? 60 : 200
    const results = []
    for (const [name, ask] of Object.entries({ ...shopQueries(db), [FLOOR]: byKey(db) })) {
      const took: number[] = []
      for (let time = -10; time < times; time += 1) {
        const keys = asked[(time + 10) % asked.length]
        if (!keys) throw new Error('no orders were seeded')
        const ms = await timed(() => ask(keys))
        if (time >= 0) took.push(ms)
      }
      results.push({ name, p95: percentile(took, 0.95) })
    }
    return results
  } finally {
    await db.close()
  }
}

const byKey = (db: ReturnType<typeof openDb>) => (keys: Asked) => db.pool.query('select * from orders where id = $1', [keys.orderId])

/** Orders of every age, and a place in the list beside each. */
async function pickKeys(db: ReturnType<typeof openDb>): Promise<Asked[]> {
  const picked = await db.pool.query<{ id: string; user_id: string; server_name: string; created_at: Date; email: string }>(
    `select o.id, o.user_id, o.server_name, o.created_at, u.email
     from orders o join auth."user" u on u.id = o.user_id order by md5(o.id::text) limit 100`,
  )
  return picked.rows.map((row) => ({
    orderId: row.id,
    userId: row.user_id,
    email: row.email,
    serverName: row.server_name,
    cursor: Buffer.from(`${row.created_at.toISOString()} ${row.id}`).toString('base64url'),
  }))
}
