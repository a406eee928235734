import { setTimeout as wait } from 'node:timers/promises'
import { calmDown } from './calm.ts'
import { habitsOf, OTHER_REGION, RUSH_REGION, visit } from './customers.ts'
import { found, gather, type OrderRow, timeline } from './evidence.ts'
import { startAgain } from './mischief.ts'
import { signInOperator } from './operator.ts'
import { duplicates, lost, money, notSettled } from './promises.ts'
import { createRandom } from './random.ts'
import { percentile, report, table } from './report.ts'
import { type Stage, startStage } from './stage.ts'

const KILL_EVERY_MS = 5_000
const KILLING_MS = 60_000
const TARGETS = { median: 2, p99: 30, longest: 60 }

interface Load {
  /** Seconds from payment to ready, of each order. */
  took: number[]
  broken: number
  killed: number
  /** Timelines of those that took longest. */
  slowest: string[][]
}

/** Seconds from payment to ready, and how many promises were broken, with or without a worker killed every five seconds. */
async function underLoad(seed: number, orders: number, kills: boolean): Promise<Load> {
  const stage = await startStage({
    webs: 2,
    workers: 4,
    trueScale: false,
    nodeScale: Math.max(1, orders / 100),
    installSeconds: 4,
    random: createRandom(seed, 'faults').next,
    logLevel: 'warn',
  })
  try {
    const operator = await signInOperator(stage)
    const all = habitsOf(createRandom(seed, 'customers'), { orders, overMs: KILLING_MS, rushAtMs: 0, regions: [OTHER_REGION, RUSH_REGION] })
    const habits = all.filter((habit) => habit.card !== 'none').map((habit) => ({ ...habit, rushes: false, returns: false }))
    const ask = { rush: Promise.resolve(), giveUpAt: Date.now() + 2 * KILLING_MS }
    const killing = kills ? killWorkers(stage, seed) : Promise.resolve(0)
    const places = { shopUrl: stage.shopUrl, controlUrl: stage.controlUrl }
    const visits = await Promise.all(
      habits.map(async (habit) => {
        await wait(habit.atMs)
        return visit(places, habit, ask)
      }),
    )
    const killed = await killing
    const say = (text: string) => console.log(`  ${text}`)
    await calmDown(stage, operator, { payers: visits.filter((one) => one.paid).length, patienceMs: 120_000, say })
    const seen = await gather(stage)
    const turnedAway = visits.filter((one) => !one.paid).map((one) => ({ id: one.habit.email, what: one.problem ?? 'left' }))
    const broken = await report(
      [lost(seen), duplicates(seen), notSettled(seen), money(seen), found('customers who could not pay', visits.length, turnedAway)],
      {
        sql: stage.sql,
        logFolder: stage.logFolder,
        keep: null,
      },
    )
    const took = seen.orders.map(waited)
    const slow = seen.orders.toSorted((a, b) => waited(b) - waited(a)).slice(0, 3)
    const slowest = await Promise.all(
      slow.map(async (order) => [`${order.id} ${waited(order)} s`, ...(await timeline(stage.sql, order.id))]),
    )
    return { took, broken, killed, slowest }
  } finally {
    await stage.close()
  }
}

const waited = (order: OrderRow): number => ((order.delivered_at ?? new Date()).getTime() - order.created_at.getTime()) / 1_000

async function killWorkers(stage: Stage, seed: number): Promise<number> {
  const random = createRandom(seed, 'kills')
  let killed = 0
  for (const endAt = Date.now() + KILLING_MS; Date.now() < endAt; killed += 1) {
    await wait(KILL_EVERY_MS)
    const target = random.pick(stage.workers)
    await target.kill('SIGKILL')
    void startAgain(target)
  }
  return killed
}

/** How much later orders are ready than the median of the same load in peace. @returns how much is broken or too late */
export async function runKills(seed: number, orders: number): Promise<number> {
  console.log(`the same load, ${orders} orders in ${KILLING_MS / 1_000} s, in peace`)
  const peace = await underLoad(seed, orders, false)
  console.log(`\nand with a worker killed every ${KILL_EVERY_MS / 1_000} s`)
  const war = await underLoad(seed, orders, true)
  const usual = percentile(peace.took, 50)
  const late = war.took.map((seconds) => seconds - usual)
  const latePeace = peace.took.map((seconds) => seconds - usual)
  const at = { median: 50, p99: 99, longest: 100 } as const
  const shown = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).map((name) => ({
    name,
    target: TARGETS[name],
    peace: percentile(latePeace, at[name]),
    war: percentile(late, at[name]),
  }))
  console.log(`\n${war.killed} kills of 4 workers. From payment to ready in peace: median ${usual.toFixed(1)} s. Later than that:`)
  console.log(
    table(
      shown.map((row) => [`${row.name} (≤ ${row.target} s)`, row.peace.toFixed(1), row.war.toFixed(1)]),
      ['lateness in s', 'peace', 'kills'],
    ),
  )
  const missed = shown.filter((row) => row.war > row.target).length
  for (const lines of missed > 0 ? war.slowest : []) console.log(`\n${lines.join('\n  ')}`)
  return peace.broken + war.broken + missed
}
