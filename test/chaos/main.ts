import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

/**
 * npm run chaos -- --seed 7 --orders 500 [--true-scale]   one seed; several as a list: --seed 1,2,3
 * npm run chaos -- --short                                  forty orders in a little over a minute
 * Exit 1 when a promise is broken.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    orders: { type: 'string', default: '500' },
    'true-scale': { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})
const orders = values.short ? 40 : Number(values.orders)
const overMs = values.short ? 30_000 : Math.min(200, Math.max(30, orders * 0.4)) * 1_000
let broken = 0
for (const seed of values.seed.split(',').map(Number))
  broken += await runSeed({ seed, orders, overMs, trueScale: values['true-scale'], patienceMs: values.short ? 60_000 : 120_000 })
console.log(broken === 0 ? '\nall promises kept' : `\n${broken} promises broken`)
process.exit(broken === 0 ? 0 : 1)
