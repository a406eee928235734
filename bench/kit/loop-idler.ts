import { silentLog } from '../../src/kit/log.ts'
import { settled } from '../../src/kit/outcome.ts'
import { createLoop } from '../../src/loop/index.ts'

/** A worker of the product's own loop that has nothing to do with a key but to take it. `node loop-idler.ts <databaseUrl> <slots>` */
const [, , databaseUrl = '', slots = '8'] = process.argv
const loop = createLoop({ databaseUrl, topics: { 'bench.work': ['bench_work'] }, log: silentLog, name: 'bench worker', poolMax: 24 })
await loop.start()
await loop.startWorkers([{ queue: 'bench_work', slots: Number(slots), reconcile: async () => settled() }], [])
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
