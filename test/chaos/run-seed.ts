import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { calmDown } from './calm.ts'
import { habitsOf, OTHER_REGION, RUSH_REGION, type Visit, visit } from './customers.ts'
import { type Finding, gather } from './evidence.ts'
import { makeMischief, planMischief, startAgain } from './mischief.ts'
import { type Operator, signInOperator } from './operator.ts'
import { duplicates, lost, money, notSettled, oversold, portClashes } from './promises.ts'
import { leakedHolds, openLeftovers, wrongServers, wrongTotals } from './promises-of-rows.ts'
import { createRandom } from './random.ts'
import { percentile, report } from './report.ts'
import { startSampler } from './sampler.ts'
import { type Stage, startStage } from './stage.ts'

export interface SeedRun {
  seed: number
  orders: number
  /** How long customers come and things go wrong. */
  overMs: number
  trueScale: boolean
  /** From the end of the faults. */
  patienceMs: number
}

/** Places that are left in the region when many come for them. */
const LAST_PLACES = 10
const RAM_MB = 2_048

/** One seed from beginning to end. @returns how many promises are broken */
export async function runSeed(run: SeedRun): Promise<number> {
  const { seed, orders, overMs } = run
  const say = (text: string) => console.log(`  ${text}`)
  console.log(`seed ${seed}: ${orders} orders over ${overMs / 1_000} s${run.trueScale ? ', true to scale' : ''}`)
  const stage = await startStage({
    webs: 2,
    workers: 3,
    trueScale: run.trueScale,
    nodeScale: Math.max(1, orders / 100),
    installSeconds: run.trueScale ? 20 : 4,
    random: createRandom(seed, 'faults').next,
    logLevel: 'warn',
  })
  try {
    const operator = await signInOperator(stage)
    const sampler = startSampler(stage.sql)
    const { visits, tally } = await stormOn(stage, operator, run, say)
    await stage.faultsOff()
    for (const one of [...stage.webs, ...stage.workers]) {
      one.thaw()
      if (!one.running()) await startAgain(one)
    }
    const payers = visits.filter((one) => one.paid).length
    const calm = await calmDown(stage, operator, { payers, patienceMs: run.patienceMs, say })
    const findings = [...(await promisesOf(stage, visits)), sampler.stop()]
    await tell(stage, { visits, tally, calm })
    return await report(findings, { sql: stage.sql, logFolder: stage.logFolder, keep: mkdtempSync(join(tmpdir(), `chaos-seed-${seed}-`)) })
  } finally {
    await stage.close()
  }
}

async function stormOn(stage: Stage, operator: Operator, run: SeedRun, say: (text: string) => void) {
  const { seed, orders, overMs } = run
  const rushAtMs = Math.round(overMs * 0.5)
  const names = (list: { name: string }[]) => list.map((one) => one.name)
  const deeds = planMischief(createRandom(seed, 'mischief'), { overMs, webs: names(stage.webs), workers: names(stage.workers) })
  const habits = habitsOf(createRandom(seed, 'customers'), { orders, overMs: overMs * 0.9, rushAtMs, regions: [OTHER_REGION, RUSH_REGION] })
  const mischief = makeMischief(stage, deeds, say)
  const beganAt = Date.now()
  const rush = wait(rushAtMs).then(() => leaveFewPlaces(stage, operator, say))
  const giveUpAt = beganAt + overMs + run.patienceMs / 2
  const places = { shopUrl: stage.shopUrl, controlUrl: stage.controlUrl }
  const visiting = habits.map(async (habit) => {
    await wait(habit.atMs)
    return visit(places, habit, { rush, giveUpAt })
  })
  const canceling = cancelSome(stage, operator, run)
  const tally = await mischief
  // Customers who were turned away by a fault try on in the quiet.
  await stage.faultsOff()
  const visits = await Promise.all(visiting)
  return { visits, tally: { ...tally, canceled: await canceling } }
}

/** All of a region's RAM but a few places goes to headroom, from one moment to the next. */
async function leaveFewPlaces(stage: Stage, operator: Operator, say: (text: string) => void): Promise<void> {
  const { rows } = await stage.sql.query(
    `select n.id, n.max_ram_gb, n.free_ram_mb, n.reserved_headroom_gb from ptero_nodes n join regions r on r.location_id = n.location_id
     where r.id = $1 order by n.free_ram_mb desc`,
    [RUSH_REGION],
  )
  let left = LAST_PLACES
  for (const node of rows) {
    const places = Math.min(left, Math.floor(Number(node.free_ram_mb) / RAM_MB))
    left -= places
    await operator.setHeadroom(node.id, Math.max(0, Math.floor((Number(node.free_ram_mb) - places * RAM_MB) / 1_024)))
  }
  say(`the last ${LAST_PLACES} places of ${RUSH_REGION}`)
}

/** A few customers change their minds while their servers are being made, or later. */
async function cancelSome(stage: Stage, operator: Operator, { seed, orders, overMs }: SeedRun): Promise<number> {
  const random = createRandom(seed, 'cancels')
  let canceled = 0
  for (let n = 0; n < Math.ceil(orders / 40); n += 1) {
    await wait((overMs * 0.8) / Math.ceil(orders / 40))
    const { rows } = await stage.sql
      .query(`select id from orders where status <> 'canceled' order by created_at`)
      .catch(() => ({ rows: [] as { id: string }[] }))
    if (rows.length === 0) continue
    await operator.cancel(random.pick(rows).id)
    canceled += 1
  }
  return canceled
}

async function promisesOf(stage: Stage, visits: Visit[]): Promise<Finding[]> {
  const seen = await gather(stage)
  return [
    lost(seen),
    duplicates(seen),
    await oversold(seen),
    await portClashes(seen),
    notSettled(seen),
    money(seen),
    await wrongServers(seen, visits),
    await leakedHolds(seen),
    await openLeftovers(seen),
    await wrongTotals(seen),
    {
      promise: 'customers who could not pay',
      checked: visits.length,
      violations: visits.filter((one) => one.problem).map((one) => ({ id: one.id ?? one.habit.email, what: one.problem ?? '' })),
    },
  ]
}

async function tell(
  stage: Stage,
  run: { visits: Visit[]; tally: Record<string, number>; calm: { retried: number; aged: number; seconds: number } },
): Promise<void> {
  const { visits, tally, calm } = run
  const sum = (of: (one: Visit) => number) => visits.reduce((all, one) => all + of(one), 0)
  const reasons: Record<string, number> = {}
  for (const { retries } of visits) for (const [reason, n] of Object.entries(retries)) reasons[reason] = (reasons[reason] ?? 0) + n
  console.log(`tried again for: ${listed(reasons)}`)
  const { rows } = await stage.sql.query(`select status, extract(epoch from delivered_at - created_at) as seconds from orders`)
  const took = rows.filter((row) => row.seconds !== null).map((row) => Number(row.seconds))
  const statuses = Object.entries(Object.groupBy(rows, (row) => row.status)).map(([status, list]) => `${list?.length ?? 0} ${status}`)
  console.log(
    `\ncustomers: ${visits.length} came, ${sum((one) => Number(one.paid))} paid, ${sum((one) => Number(one.soldOut > 0))} were told "sold out", ${sum((one) => sumOf(one.retries))} tries again`,
  )
  console.log(`done to them: ${listed(tally)}`)
  console.log(
    `orders: ${statuses.join(', ')}; paid to ready: median ${percentile(took, 50).toFixed(1)} s, p99 ${percentile(took, 99).toFixed(1)} s, longest ${Math.max(0, ...took).toFixed(1)} s`,
  )
  console.log(`quiet: settled after ${calm.seconds} s, ${calm.retried} retried by a person`)
}

const sumOf = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0)
const listed = (counts: Record<string, number>) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([what, n]) => `${n} × ${what}`)
    .join(', ')
