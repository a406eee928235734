import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from '../chaos/stage.ts'
import { ALL, buy, expectPromisesKept, newCustomer, QUIET_STAGE, settled } from './kit.ts'

/** Lines on which packets are dropped: nothing is refused, nothing closed, nothing comes. */
let stage: Stage
beforeAll(async () => {
  stage = await startStage({ ...QUIET_STAGE, webs: 1, workers: 2 })
}, 120_000)
afterAll(() => stage?.close())

const LINES = ['panel', 'stripe', 'database'] as const
const SILENT_MS = 6_000

test.each(ALL ? LINES : LINES.slice(2))(
  'the line to the %s falls silent while orders come in',
  async (name) => {
    const { lines } = stage
    const all = name === 'stripe' ? lines.stripe : [lines[name]]
    // Without workers no mail goes out, so who comes in the silence has an account already.
    const known = await newCustomer(stage)
    const before = await buy(stage)
    // For Stripe the pay page has to be there first; for the others the money comes in while nothing passes.
    for (const line of name === 'stripe' ? [] : all) line.silence()
    const during = await buy(stage, known)
    for (const line of all) line.silence()
    await wait(SILENT_MS)
    for (const line of all) line.resume()
    const after = await buy(stage)
    for (const id of [before, during, after]) await settled(stage, id, 'delivered', 120_000)
    await expectPromisesKept(stage)
    const { rows } = await stage.sql.query(
      `select count(*)::int as n from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '20 seconds'`,
    )
    expect(rows).toEqual([{ n: 0 }])
  },
  240_000,
)
