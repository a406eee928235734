import { expect, test } from 'vitest'
import { addBuckets, BOUNDS, errorBudget, noBuckets, quantile } from './slo.ts'

const bucketOf = (seconds: number) => {
  const found = BOUNDS.findIndex((bound) => seconds < bound)
  return found === -1 ? BOUNDS.length : found
}
const counted = (values: number[]) =>
  values.reduce(
    (sum, value) =>
      addBuckets(
        sum,
        noBuckets().map((_, i) => (i === bucketOf(value) ? 1 : 0)),
      ),
    noBuckets(),
  )

test('bounds ascend, and one is the promise itself', () => {
  expect(BOUNDS).toEqual([...BOUNDS].sort((a, b) => a - b))
  expect(BOUNDS).toContain(300)
})

test('percentiles from buckets are near the exact ones', () => {
  const values = Array.from({ length: 1_000 }, (_, n) => 40 + (n % 100))
  const sorted = [...values].sort((a, b) => a - b)
  for (const share of [0.1, 0.5, 0.9, 0.95, 0.99]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!
    expect(Math.abs(quantile(counted(values), share)! / exact - 1)).toBeLessThan(0.1)
  }
  expect(quantile(noBuckets(), 0.5)).toBeNull()
  expect(quantile(counted([200_000]), 0.5)).toBe(BOUNDS.at(-1))
})

test('the budget: whole without orders, used up at one late in a hundred, overspent beyond', () => {
  expect(errorBudget({ inTime: 0, late: 0 })).toMatchObject({ compliance: null, left: 1 })
  expect(errorBudget({ inTime: 100, late: 0 })).toMatchObject({ compliance: 1, left: 1 })
  expect(errorBudget({ inTime: 99, late: 1 }).left).toBeCloseTo(0)
  expect(errorBudget({ inTime: 98, late: 2 }).left).toBeCloseTo(-1)
})
