import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Shopper } from '../../src/doors/cli/demo/shopper.ts'
import { gather } from '../chaos/evidence.ts'
import { signInOperator } from '../chaos/operator.ts'
import { leakedHolds, wrongTotals } from '../chaos/promises-of-rows.ts'
import { type Stage, startStage } from '../chaos/stage.ts'
import { newCustomer, QUIET_STAGE, REGION } from './kit.ts'

const PLACES = 50
const ASKERS = 200
/** Two plans of the same size: a customer may have two checkouts at a time, and each must be another wish. */
const PLANS = ['minecraft-paper-2gb', 'minecraft-vanilla-2gb']

let stage: Stage
beforeAll(async () => {
  stage = await startStage({ ...QUIET_STAGE, nodeScale: 2, webs: 2, workers: 1 })
}, 120_000)
afterAll(() => stage?.close())

/** Leaves so many places of 2 GB in the region, over all of its nodes. */
async function leave(places: number): Promise<void> {
  const operator = await signInOperator(stage)
  const { rows } = await stage.sql.query(
    'select n.id, n.max_ram_gb from ptero_nodes n join regions r on r.location_id = n.location_id where r.id = $1 order by n.id',
    [REGION],
  )
  const share = Math.ceil(places / rows.length)
  let left = places
  for (const node of rows) {
    const here = Math.min(share, left)
    left -= here
    await operator.setHeadroom(node.id, Number(node.max_ram_gb) - 2 * here)
  }
}

/** A shop that has too much to do says 503 and when to come back; a buyer does. */
async function patiently(shopper: Shopper, plan: string, tries = 5): Promise<{ id: string; url: string }> {
  try {
    return await shopper.checkOut(plan, REGION)
  } catch (error) {
    if (tries === 0 || !/answered 503/.test(String(error))) throw error
    await wait(1_000)
    return patiently(shopper, plan, tries - 1)
  }
}

test('200 checkouts at once for the last 50 places: 50 pay pages, 150 times "sold out", and no page without a place', async () => {
  const shoppers: Shopper[] = []
  const signUp = async () => {
    while (shoppers.length < ASKERS / PLANS.length) shoppers.push(await newCustomer(stage))
  }
  await Promise.all(Array.from({ length: 8 }, signUp))
  await leave(PLACES)

  const asked = shoppers.slice(0, ASKERS / PLANS.length).flatMap((shopper) => PLANS.map((plan) => patiently(shopper, plan)))
  const answers = await Promise.allSettled(asked)
  const pages = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason.message)] : []))
  expect(answers).toHaveLength(ASKERS)
  expect(refusals.filter((text) => !/answered 409: .*"fleet\.no_capacity"/.test(text))).toEqual([])
  expect([pages.length, refusals.length]).toEqual([PLACES, ASKERS - PLACES])

  const seen = await gather(stage)
  const payable = seen.stripe.sessions.filter((session) => session.status === 'open').map((session) => session.client_reference_id)
  const { rows } = await stage.sql.query(`select id from reservations where state = 'held'`)
  expect(payable.sort()).toEqual(pages.map((page) => page.id).sort())
  expect(rows.map((row) => row.id).sort()).toEqual(payable)
  expect((await leakedHolds(seen)).violations).toEqual([])
  expect((await wrongTotals(seen)).violations).toEqual([])
}, 180_000)
