import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Db, openDb, wake } from '../src/db/index.ts'
import { silentLog } from '../src/kit/log.ts'
import { createLoop } from '../src/loop/index.ts'
import type { Figure } from './kit/figure.ts'
import { rate } from './kit/measure.ts'
import { type Product, startChild } from './kit/product.ts'
import { until } from './kit/shop.ts'

const SLOTS = 8
const WRITERS = 8
const WORKER = join(import.meta.dirname, 'kit', 'loop-idler.ts')

/** What the queue itself carries: keys woken by transactions, and keys worked off by workers that have nothing to do with them. */
export const figure: Figure = async (bench) => {
  const databaseUrl = await bench.database('queue_jobs')
  const db = openDb(databaseUrl, { max: WRITERS, name: 'bench' })
  const loop = createLoop({ databaseUrl, topics: { 'bench.work': ['bench_work'] }, log: silentLog, name: 'bench', poolMax: 2 })
  const running: Product[] = []
  const [count, runs] = bench.short ? [500, 2] : [2_000, 5]
  try {
    await loop.start()
    db.onWake(loop.sendWakes)
    const empty = () => db.pool.query('select 1')
    const [woken, floor] = [[] as number[], [] as number[]]
    const wakeOne = () => db.tx((tx) => wake(tx, 'bench.work', randomUUID()))
    for (let run = 0; run < runs; run += 1) {
      floor.push(await rate({ writers: WRITERS, ms: bench.short ? 500 : 2_000, warmUpMs: 200 }, empty))
      woken.push(await rate({ writers: WRITERS, ms: bench.short ? 500 : 2_000, warmUpMs: 200 }, wakeOne))
      await db.pool.query(`delete from pgboss.job where name = 'bench_work'`)
    }
    const worked: Record<number, number[]> = { 1: [], 2: [] }
    for (const processes of [1, 2] as const) {
      while (running.length < processes) running.push(await startChild(WORKER, [databaseUrl, String(SLOTS)], {}))
      for (let run = 0; run < runs; run += 1) worked[processes]?.push(await workedOff(db, count, wakeOne))
    }
    return {
      lines: [
        { what: `transactions a second that wake one key, ${WRITERS} writers`, target: '', runs: woken, unit: '/s', floor, reached: null },
        {
          what: `keys woken and worked off a second, one process of ${SLOTS} slots`,
          target: '',
          runs: worked[1] ?? [],
          unit: '/s',
          reached: null,
        },
        { what: 'the same, two processes', target: '', runs: worked[2] ?? [], unit: '/s', reached: null },
      ],
      notes: ['Floor: an empty statement. Writers, workers and PostgreSQL share this machine.'],
    }
  } finally {
    for (const product of running) await product.stop('SIGKILL')
    await loop.stop()
    await db.close()
  }
}

/** @returns keys a second, from the first wake-up to the last one done */
async function workedOff(db: Db, count: number, wakeOne: () => Promise<unknown>): Promise<number> {
  await db.pool.query(`delete from pgboss.job where name = 'bench_work'`)
  const started = performance.now()
  let left = count
  const writer = async () => {
    while (left > 0) {
      left -= 1
      await wakeOne()
    }
  }
  await Promise.all(Array.from({ length: WRITERS / 4 }, writer))
  await until('every key to be worked off', 120_000, async () => {
    const { rows } = await db.pool.query<{ n: number }>(
      `select count(*)::int as n from pgboss.job where name = 'bench_work' and state = 'completed'`,
    )
    return (rows[0]?.n ?? 0) >= count
  })
  return (count * 1_000) / (performance.now() - started)
}
