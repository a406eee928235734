import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { addUpTotals } from './index.ts'

const shop = await sellingWorld()
const { db } = shop

/** Totals as they are kept, beside what counting gives. */
async function bothCounts() {
  const kept = await db.pool.query('select status, orders from orders_by_status where orders <> 0 order by status')
  const counted = await db.pool.query('select status, count(*) as orders from orders group by status order by status')
  return [kept.rows, counted.rows]
}
const waiting = async () => (await db.pool.query('select count(*)::int as n from order_total_changes')).rows[0].n

const add = (status: string, many: number) =>
  db.byHand(
    `insert into orders (id, user_id, plan_id, term, region_id, server_name, status, amount_cents, currency, created_at, recorded_at, updated_at)
     select gen_random_uuid(), $1, 'mc-2', 'monthly', 'eu', 'Castle', $2, 599, 'usd', now(), now(), now() from generate_series(1, $3)`,
    [randomUUID(), status, many],
  )

test('totals follow every change of status, of one order or of many, and stay what they are when it is taken back', async () => {
  await add('paid', 5)
  await add('active', 3)
  await db.byHand(`update orders set status = 'provisioned' where status = 'paid'`)
  await db.byHand(`begin; update orders set status = 'canceled'; rollback`)
  await db.byHand(`update orders set server_name = 'Other'`)
  const [kept, counted] = await bothCounts()
  expect(kept).toEqual(counted)
  expect(kept).toEqual([
    { status: 'active', orders: 3 },
    { status: 'provisioned', orders: 5 },
  ])
})

test('adding them up changes nothing that is read, however many do it while orders change', async () => {
  const ids = (await db.pool.query('select id from orders order by id')).rows.map((row) => row.id)
  const change = (id: string, status: string) => db.byHand('update orders set status = $2 where id = $1', [id, status])
  await Promise.all([
    ...ids.map((id, i) => change(id, i % 2 === 0 ? 'active' : 'canceled')),
    ...ids.map(() => addUpTotals(db.q)),
    ...ids.toReversed().map((id) => change(id, 'provisioned')),
    ...ids.map(() => addUpTotals(db.q)),
  ])
  const [during, counted] = await bothCounts()
  expect(during).toEqual(counted)
  await addUpTotals(db.q)
  expect(await waiting()).toBe(0)
  expect((await bothCounts())[0]).toEqual(counted)
})
