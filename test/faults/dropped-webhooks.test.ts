import { afterAll, beforeAll, expect, test } from 'vitest'
import { SERVICE_KEY, type Stage, startStage } from '../chaos/stage.ts'
import { ALL, buy, expectPromisesKept, QUIET_STAGE } from './kit.ts'

const ORDERS = ALL ? 30 : 8
let stage: Stage
beforeAll(async () => {
  stage = await startStage({ ...QUIET_STAGE, webs: 1, workers: 2 })
}, 120_000)
afterAll(() => stage?.close())

test('no webhook comes and no buyer comes back: every paid order is found and delivered', async () => {
  await stage.fault({ system: 'stripe', kind: 'webhook_dropped' })
  const ids: string[] = []
  const shop = async () => {
    while (ids.length < ORDERS) {
      const place = ids.push('') - 1
      ids[place] = await buy(stage)
    }
  }
  await Promise.all(Array.from({ length: 6 }, shop))
  const statuses = async () =>
    (await stage.sql.query(`select status, count(*)::int as n from orders where id = any($1) group by 1`, [ids])).rows
  await expect.poll(statuses, { timeout: 120_000, interval: 500 }).toEqual([{ status: 'provisioned', n: ORDERS }])
  const { rows } = await stage.sql.query(`select count(*)::int as n from stripe_events where type = 'checkout.session.completed'`)
  expect(rows).toEqual([{ n: ORDERS }])
  const metrics = await fetch(`${stage.shopUrl}/metrics`, { headers: { authorization: `Bearer ${SERVICE_KEY}` } })
  expect(await metrics.text()).toContain(`resync_corrections_total{cause="missed_webhook"} ${ORDERS}\n`)
  await expectPromisesKept(stage)
}, 240_000)
