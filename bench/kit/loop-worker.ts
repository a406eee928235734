import pg from 'pg'
import { silentLog } from '../../src/kit/log.ts'
import { settled } from '../../src/kit/outcome.ts'
import { createLoop } from '../../src/loop/index.ts'

/**
 * A worker of the product's own loop whose work is to write down that it has begun, and then to take long.
 * `node loop-worker.ts <databaseUrl> <slots>`
 */
const [, , databaseUrl = '', slots = '4'] = process.argv
const loop = createLoop({ databaseUrl, topics: { 'bench.work': ['bench_work'] }, log: silentLog, name: 'bench worker' })
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
await loop.start()
await loop.startWorkers(
  [
    {
      queue: 'bench_work',
      slots: Number(slots),
      async reconcile(key, signal) {
        await pool.query('insert into bench_runs (key, pid, at) values ($1, $2, clock_timestamp())', [key, process.pid])
        // Held until this process is killed; whoever takes over does the same.
        await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }))
        return settled()
      },
    },
  ],
  [],
)
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
