import { afterAll, beforeAll, expect, test } from 'vitest'
import { givrwrld } from '../../../test/kit/command-line.ts'
import { type Stack, startStack } from '../../../test/kit/stack.ts'
import { DAY, later } from '../../kit/time.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
}, 120_000)
afterAll(() => stack?.close())

interface Shown {
  table: string
  keepDays: number
  wouldBeMade: string[]
  partitions: { name: string; from: string | null; bytes: number; fate: string }[]
}
const show = async (...args: string[]) => (await givrwrld(stack.dataDir, 'db', 'partitions', '--json', ...args)).json<Shown[]>()
const of = (shown: Shown[], table: string) => shown.find((one) => one.table === table)

test('every table in partitions is shown, with what is over; told to, it is made and dropped', async () => {
  const old = later(new Date(), -400 * DAY)
  const month = old.toISOString().slice(0, 7)
  const name = `stripe_events_${month.replace('-', '_')}`
  await stack.db.pool.query(
    `create table ${name} partition of stripe_events for values from ('${month}-01T00:00:00Z') to ('${month}-28T00:00:00Z')`,
  )
  const insert = `insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at) values ('evt_old', 'none', $1, $1, '{}', now() + interval '1 day')`
  await stack.db.pool.query(insert, [`${month}-05T00:00:00Z`])
  const before = await show()
  expect(before.map((one) => one.table)).toEqual(expect.arrayContaining(['stripe_events', 'order_events_calls', 'order_events_notes']))
  expect(of(before, 'stripe_events')).toMatchObject({ keepDays: 90 })
  const fate = async () => of(await show(), 'stripe_events')?.partitions.find((one) => one.name === name)?.fate
  expect(await fate()).toBe('over, but something in it is not done yet')
  await stack.db.pool.query('update stripe_events set processed_at = now()')
  expect(await fate()).toBe('would be dropped')
  const after = of(await show('--keep'), 'stripe_events')
  expect(after?.partitions.map((one) => one.name)).not.toContain(name)
  expect(after?.wouldBeMade).toEqual([])
  const words = await givrwrld(stack.dataDir, 'db', 'partitions')
  expect(words.out).toMatch(/stripe_events: kept for 90 days, \d+[.]\d MB/)
}, 60_000)
