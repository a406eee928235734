import { parseArgs } from 'node:util'
import { runKills } from './run-kills.ts'
import { runSeed } from './run-seed.ts'

/**
 * npm run chaos -- --seed 7 --orders 500 [--true-scale]   one seed; several as a list: --seed 1,2,3
 * npm run chaos -- --short                                  forty orders in a little over a minute
 * npm run chaos -- --kills [--orders 120]                   how much later orders are while workers are killed
 * Exit 1 when a promise is broken.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    orders: { type: 'string' },
    'true-scale': { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})
// The exit handlers of what was started take it along.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

const orders = Number(values.orders ?? (values.short ? 40 : values.kills ? 120 : 500))
const overMs = values.short ? 30_000 : Math.min(200, Math.max(30, orders * 0.4)) * 1_000
let broken = 0
for (const seed of values.seed.split(',').map(Number))
  broken += values.kills
    ? await runKills(seed, orders)
    : await runSeed({ seed, orders, overMs, trueScale: values['true-scale'], patienceMs: values.short ? 60_000 : 120_000 })
console.log(broken === 0 ? '\nall promises kept' : `\n${broken} promises broken`)
process.exit(broken === 0 ? 0 : 1)
