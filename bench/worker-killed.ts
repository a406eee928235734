import { join } from 'node:path'
import type pg from 'pg'
import { openDb, wake } from '../src/db/index.ts'
import { silentLog } from '../src/kit/log.ts'
import { createLoop } from '../src/loop/index.ts'
import type { Figure } from './kit/figure.ts'
import { percentile } from './kit/measure.ts'
import { type Product, startChild } from './kit/product.ts'
import { until } from './kit/shop.ts'

const TARGET_SECONDS = { p95: 15, max: 20 }
const KEYS = 8
const WORKER = join(import.meta.dirname, 'kit', 'loop-worker.ts')

/** kill -9 for the process that works on eight keys: how long until another has begun on each of them. */
export const figure: Figure = async (bench) => {
  const databaseUrl = await bench.database('worker_killed')
  const db = openDb(databaseUrl, { max: 4, name: 'bench' })
  const loop = createLoop({ databaseUrl, topics: { 'bench.work': ['bench_work'] }, log: silentLog, name: 'bench', poolMax: 2 })
  const running: Product[] = []
  try {
    await db.pool.query('create table bench_runs (key text, pid int, at timestamptz)')
    await loop.start()
    db.onWake(loop.sendWakes)
    const start = async () => {
      const worker = await startChild(WORKER, [databaseUrl, String(KEYS)], {})
      running.push(worker)
      return worker
    }
    const took: number[] = []
    for (let kill = 0; kill < (bench.short ? 1 : 5); kill += 1) {
      const working = await start()
      await db.tx(async (tx) => {
        for (let key = 0; key < KEYS; key += 1) await wake(tx, 'bench.work', `key-${kill}-${key}`)
      })
      await until('every key to be worked on', 60_000, async () => (await runsOf(db.pool, working.pid)).length === KEYS)
      const next = await start()
      const killedAt = Date.now()
      await working.stop('SIGKILL')
      await until('the successor', 60_000, async () => (await runsOf(db.pool, next.pid)).length === KEYS)
      for (const at of await runsOf(db.pool, next.pid)) took.push((at.getTime() - killedAt) / 1_000)
      // Each time other keys: one whose processes die again and again is put off further and further.
      await next.stop('SIGKILL')
      await db.pool.query(`delete from pgboss.job where name = 'bench_work'`)
    }
    const [p95, max] = [percentile(took, 0.95), Math.max(...took)]
    const unit = 's'
    return {
      lines: [
        {
          what: `worker killed → another has begun, p95 of ${took.length}`,
          target: `≤ ${TARGET_SECONDS.p95} s`,
          runs: [p95],
          unit,
          reached: p95 <= TARGET_SECONDS.p95,
        },
        { what: 'the same, longest', target: `≤ ${TARGET_SECONDS.max} s`, runs: [max], unit, reached: max <= TARGET_SECONDS.max },
        { what: 'the same, median', target: '', runs: [percentile(took, 0.5)], unit, floor: [10], reached: null },
      ],
      notes: ['Floor: the job library declares a worker dead after 10 s without a heartbeat, its least.'],
    }
  } finally {
    await Promise.all(running.map((worker) => worker.stop('SIGKILL')))
    await loop.stop()
    await db.close()
  }
}

async function runsOf(pool: pg.Pool, pid: number): Promise<Date[]> {
  const { rows } = await pool.query<{ at: Date }>('select min(at) as at from bench_runs where pid = $1 group by key', [pid])
  return rows.map((row) => row.at)
}
