import { openDb } from '../../src/db/index.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createPanel } from '../../src/outside/panel/index.ts'
import { createBudget, sweepPanel } from '../../src/servers/index.ts'

/**
 * One sweep in a process of its own, whose memory is watched. Its clock runs fast, so that waiting for the budget does not
 * take minutes. `node sweep-once.ts <databaseUrl> <panelUrl> <timesAsFast>`; sends what it found as a message.
 */
const [, , databaseUrl = '', panelUrl = '', speed = '1'] = process.argv
const started = Date.now()
const now = () => new Date(started + (Date.now() - started) * Number(speed))
const db = openDb(databaseUrl, { max: 4, name: 'bench sweep' })
const budget = createBudget({ db, now })
const calls: number[] = []
const panel = createPanel({
  url: panelUrl,
  appKey: 'ptla_bench',
  clientKey: null,
  hooks: {
    async before(call) {
      await budget.before(call)
      calls.push(now().getTime())
    },
    after: budget.after,
  },
})
await db.pool.query('select 1')
// What starting has left behind is not the sweep's.
globalThis.gc?.()
const megabytes = () => process.memoryUsage().rss / 1_000_000
const before = megabytes()
let peak = before
const watch = setInterval(() => {
  peak = Math.max(peak, megabytes())
}, 20)
const result = await sweepPanel({ db, panel, now, log: silentLog })
clearInterval(watch)
await db.close()
/** The most calls in any minute, wherever it begins. */
const inAMinute = Math.max(...calls.map((at) => calls.filter((other) => other >= at && other < at + 60_000).length))
process.send?.({ result, calls: calls.length, inAMinute, grownMb: peak - before, minutes: (now().getTime() - started) / 60_000 }, () =>
  process.disconnect(),
)
