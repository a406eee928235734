import { expect, test } from 'vitest'
import { nameOf, periodOf } from './periods.ts'
import { MOVED_MAX, planKeeping, type Seen } from './plan.ts'

const NOW = new Date('2026-03-30T23:30:00Z')
const months = { table: 'logs', column: 'at', every: 'month', aheadCount: 2, keepDays: 90 } as const
const monthly = (first: string) => {
  const period = periodOf('month', new Date(`${first}-01T00:00:00Z`))
  return { name: nameOf('logs', 'month', period), ...period, rows: 1, bytes: 1 }
}
const plan = (seen: Partial<Seen>, keepDays = 90) => {
  const { create, ...rest } = planKeeping({ ...months, keepDays }, { partitions: [], strays: [], ...seen }, NOW)
  return { create: create.map((period) => nameOf('logs', 'month', period)), ...rest }
}
const stray = (month: string, rows = 5) => ({ from: new Date(`${month}-01T00:00:00Z`), rows })

test('periods are those of UTC, over the ends of months and years', () => {
  expect(periodOf('month', new Date('2026-12-31T23:59:59.999Z'), 1)).toEqual({
    from: new Date('2027-01-01T00:00:00Z'),
    to: new Date('2027-02-01T00:00:00Z'),
  })
  expect(nameOf('logs', 'day', periodOf('day', new Date('2026-02-28T12:00:00Z'), 1))).toBe('logs_2026_03_01')
})

test('this period and those ahead are made, unless they are there', () => {
  expect(plan({}).create).toEqual(['logs_2026_03', 'logs_2026_04', 'logs_2026_05'])
  expect(plan({ partitions: [monthly('2026-03'), monthly('2026-05')] }).create).toEqual(['logs_2026_04'])
})

test('a partition made by hand, of any length and name, counts for what it holds', () => {
  const byHand = { name: 'logs_spring', from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z'), rows: 1, bytes: 1 }
  expect(plan({ partitions: [byHand, { name: 'logs_default', from: null, to: null, rows: 0, bytes: 1 }] })).toMatchObject({
    create: [],
    drop: [],
  })
})

test('dropped is what ended before the time that is kept', () => {
  const partitions = ['2025-11', '2025-12', '2026-01', '2026-03'].map(monthly)
  expect(plan({ partitions }).drop).toEqual(['logs_2025_11'])
  expect(plan({ partitions }, 88).drop).toEqual(['logs_2025_11', 'logs_2025_12'])
})

test('rows outside get a partition of their own, unless they are over, too many, or of a far future', () => {
  const strays = [stray('2025-10'), stray('2026-01'), stray('2026-02', MOVED_MAX + 1), stray('2026-05'), stray('2031-01', 7)]
  expect(plan({ strays, partitions: [monthly('2026-03')] })).toEqual({
    create: ['logs_2026_01', 'logs_2026_04', 'logs_2026_05'],
    drop: [],
    deleteBefore: new Date('2025-12-01T00:00:00Z'),
    left: MOVED_MAX + 1 + 7,
  })
})
