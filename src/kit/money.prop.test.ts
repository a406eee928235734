import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, termCents } from './money.ts'

test('the shop’s published terms', () => {
  expect(termCents(599, 3, 95)).toBe(1707)
  expect(termCents(599, 6, 90)).toBe(3235)
  expect(termCents(599, 12, 80)).toBe(5750)
  expect(formatMoney(599, 'usd')).toBe('$5.99')
})

test('a term is a whole number of cents, never dearer than its months one by one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.constantFrom([3, 95], [6, 90], [12, 80]),
      (cents, [months = 0, percent = 0]) => {
        const total = termCents(cents, months, percent)
        expect(Number.isInteger(total)).toBe(true)
        expect(total).toBeLessThanOrEqual(cents * months)
      },
    ),
  )
})
