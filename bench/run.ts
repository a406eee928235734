import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Figure } from './kit/figure.ts'
import { type Databases, startDatabases } from './kit/postgres.ts'
import { type Measured, printTable, writeResult } from './kit/report.ts'

/**
 * `npm run bench [name …] [-- --short]`: the figures the product is held to, each measured beside its floor in one run.
 * What falls short is said and is no failure of the program; a figure that could not be taken is.
 */
const FIGURES: Record<string, () => Promise<{ figure: Figure }>> = {
  'panel-calls': () => import('./panel-calls.ts'),
  'webhook-to-create': () => import('./webhook-to-create.ts'),
  'webhook-intake': () => import('./webhook-intake.ts'),
  placements: () => import('./placements.ts'),
  'orders-a-minute': () => import('./orders-a-minute.ts'),
  workers: () => import('./workers.ts'),
  queries: () => import('./queries.ts'),
  'queue-jobs': () => import('./queue-jobs.ts'),
  sweep: () => import('./sweep.ts'),
  'worker-killed': () => import('./worker-killed.ts'),
  'second-start': () => import('./second-start.ts'),
  'first-load': () => import('./first-load.ts'),
}

const { values, positionals } = parseArgs({ options: { short: { type: 'boolean', default: false } }, allowPositionals: true })
const unknown = positionals.filter((name) => !(name in FIGURES))
if (unknown.length > 0) {
  console.error(`No figure named ${unknown.join(', ')}. There are: ${Object.keys(FIGURES).join(', ')}.`)
  process.exit(64)
}

const say = (text: string) => void process.stderr.write(`${text}\n`)
let databases: Databases | null = null
const measured: Measured[] = []
let failed = false
for (const name of positionals.length > 0 ? positionals : Object.keys(FIGURES)) {
  const [started, loadBefore] = [performance.now(), loadavg()[0] ?? 0]
  say(`${name} …`)
  try {
    const { figure } = await FIGURES[name]!()
    const result = await figure({
      short: values.short,
      say: (text) => say(`  ${text}`),
      async database(of) {
        databases ??= await startDatabases()
        return databases.fresh(of)
      },
    })
    const one = { name, ...result, seconds: (performance.now() - started) / 1_000, loadBefore, short: values.short }
    writeResult(one)
    measured.push(one)
  } catch (error) {
    failed = true
    console.error(`${name} could not be measured:`, error)
  }
}
await (databases as Databases | null)?.close()
printTable(measured)
process.exit(failed ? 1 : 0)
