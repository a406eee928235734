import { expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { HOUR, later } from '../kit/time.ts'
import { noBuckets } from './rules/slo.ts'
import { sumUpHours, totalBuckets } from './store/sums.ts'

const db = await testDb()
const FIRST = new Date('2026-01-01T00:00:00Z')
const hours = (n: number) => later(FIRST, n * HOUR)

test('what hours add up to is the same however many of them stand in the sum, and whoever put them there', async () => {
  const buckets = noBuckets().map((_, i) => i)
  for (let n = 0; n < 10; n += 1)
    await db.q
      .insertInto('provisioning_hours')
      .values({
        ...{ hour: hours(n), paid: 1, in_time: 1, late: 0, delivered: 1, failed: 0, waiting: 0 },
        ...{ seconds_sum: n, buckets, computed_at: FIRST },
      })
      .execute()
  const all = { buckets: buckets.map((count) => 10 * count), sum: 45 }
  expect(await totalBuckets(db.q)).toEqual(all)
  await Promise.all([3, 7, 7, 5, 4].map((n) => sumUpHours(db.q, hours(n))))
  expect(await totalBuckets(db.q)).toEqual(all)
  await db.byHand('delete from provisioning_hours where hour < $1', [hours(7)])
  await sumUpHours(db.q, hours(2))
  expect(await totalBuckets(db.q)).toEqual(all)
})
