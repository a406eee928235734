import { expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { keepPartitions } from '../db/index.ts'
import { DAY, later } from '../kit/time.ts'
import { inboxPartitions } from './index.ts'
import { claimEvents, insertEvents, markProcessed } from './store/inbox.ts'

const db = await testDb()
const NOW = new Date()
const OLD = later(NOW, -300 * DAY)
const event = (id: string, createdAt: Date) => ({
  id,
  type: 'invoice.paid',
  apiVersion: null,
  createdAt,
  payload: { id },
  object: { id: 'in_1', kind: 'invoice' },
})
const arrival = (one: ReturnType<typeof event>, at: Date) => ({ event: one, at, handled: true, broughtBy: 'webhook' as const })
/** Name of the partition of the month that so many lie after this date's. */
const monthOf = (at: Date, after = 0) =>
  `stripe_events_${new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after)).toISOString().slice(0, 7).replace('-', '_')}`
const months = async () => {
  const { rows } = await db.pool.query('select id, tableoid::regclass::text as stands_in from stripe_events order by id')
  return Object.fromEntries(rows.map((row) => [row.id, row.stands_in]))
}

test('an event is stored once, whatever month it is of', async () => {
  await keepPartitions(db, inboxPartitions(90), OLD)
  for (const createdAt of [OLD, NOW, later(NOW, -4_000 * DAY)]) {
    const one = event(`evt_${createdAt.getTime()}`, createdAt)
    expect(await insertEvents(db.q, [arrival(one, NOW)])).toEqual([true])
    expect(await insertEvents(db.q, [arrival(one, later(NOW, 5_000))])).toEqual([false])
  }
  expect(Object.values(await months()).sort()).toEqual([monthOf(OLD), monthOf(NOW), 'stripe_events_default'])
})

test('what is not handled is not dropped with its month', async () => {
  const first = await keepPartitions(db, inboxPartitions(90), NOW)
  expect(first.needed).toEqual([monthOf(OLD)])
  expect(first.dropped).toEqual([monthOf(OLD, 1), monthOf(OLD, 2)])
  expect(first.deleted).toBe(0)
  for (const one of await claimEvents(db.q, { now: later(NOW, DAY), leaseUntil: later(NOW, 2 * DAY), limit: 50 }))
    await markProcessed(db.q, one, NOW)
  expect(await keepPartitions(db, inboxPartitions(90), NOW)).toMatchObject({ dropped: [monthOf(OLD)], deleted: 1, needed: [] })
  expect(Object.keys(await months())).toEqual([`evt_${NOW.getTime()}`])
})
