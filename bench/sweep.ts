import { fork } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '../sandbox/ports.ts'
import { openDb } from '../src/db/index.ts'
import { seedBigShop } from './kit/big-shop.ts'
import type { Figure } from './kit/figure.ts'
import { median, timed } from './kit/measure.ts'
import { startChild } from './kit/product.ts'

const TARGET = { calls: 250, callsAMinute: 48, grownMb: 200 }
const PAGE = 500
const FAST = 20
const KIT = join(import.meta.dirname, 'kit')

interface Swept {
  result: { servers: number; drifts: number; missing: number }
  calls: number
  inAMinute: number
  grownMb: number
  minutes: number
}

/** A whole sweep over a panel of 100,000 servers, all as they should be, within the panel's budget. */
export const figure: Figure = async (bench) => {
  const servers = bench.short ? 10_000 : 100_000
  const databaseUrl = await bench.database('sweep')
  const db = openDb(databaseUrl, { max: 2, name: 'bench' })
  const seeded = await timed(() => seedBigShop(databaseUrl, { orders: servers, liveEvery: 1, eventsEach: 1 }))
  const { rows } = await db.pool.query<{ n: number }>(`select count(*)::int as n from orders where status in ('provisioned', 'active')`)
  await db.close()
  bench.say(`${servers} orders written in ${Math.round(seeded / 1_000)} s`)
  const port = await freePort()
  const panel = await startChild(join(KIT, 'listing-panel.ts'), [databaseUrl, String(port), String(FAST)], {})
  try {
    const swept: Swept[] = []
    for (let run = 0; run < (bench.short ? 1 : 3); run += 1) swept.push(await sweep(databaseUrl, `http://127.0.0.1:${port}`))
    const of = (pick: (one: Swept) => number) => swept.map(pick)
    const most = (values: number[]) => Math.max(...values)
    const found = most(of((one) => one.result.drifts + one.result.missing))
    return {
      lines: [
        {
          what: `sweep of ${rows[0]?.n} servers, panel calls`,
          target: `≤ ${TARGET.calls}`,
          runs: of((one) => one.calls),
          unit: '',
          floor: [servers / PAGE],
          reached: most(of((one) => one.calls)) <= TARGET.calls,
        },
        {
          what: 'most of them in a minute',
          target: `≤ ${TARGET.callsAMinute}`,
          runs: of((one) => one.inAMinute),
          unit: '',
          reached: most(of((one) => one.inAMinute)) <= TARGET.callsAMinute,
        },
        {
          what: 'memory grown at its peak',
          target: `≤ ${TARGET.grownMb} MB`,
          runs: of((one) => one.grownMb),
          unit: 'MB',
          reached: most(of((one) => one.grownMb)) <= TARGET.grownMb,
        },
      ],
      notes: [
        `Took ${median(of((one) => one.minutes)).toFixed(1)} min of a clock that runs ${FAST} times as fast; servers read ${swept[0]?.result.servers}, differences found ${found}.`,
        `Floor: pages of ${PAGE}.`,
      ],
    }
  } finally {
    await panel.stop()
  }
}

const sweep = (databaseUrl: string, panelUrl: string): Promise<Swept> =>
  new Promise((resolve, reject) => {
    const child = fork(join(KIT, 'sweep-once.ts'), [databaseUrl, panelUrl, String(FAST)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--expose-gc'],
    })
    child.once('message', (swept: Swept) => resolve(swept))
    child.once('exit', (code, signal) => reject(new Error(`the sweep ended without a word (${signal ?? code})`)))
  })
