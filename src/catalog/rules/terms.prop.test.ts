import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TERMS } from '../contract.ts'
import { TERM_MONTHS, termPrice, viewPrice } from './terms.ts'

const cents = fc.integer({ min: 1, max: 1_000_000 })

test('the shop’s own prices', () => {
  expect(TERMS.map((term) => termPrice(1399, term))).toEqual([1399, 3987, 7555, 13_430])
  expect(viewPrice({ term: 'yearly', amountCents: 13_430 }, 1399)).toEqual({
    term: 'yearly',
    months: 12,
    amountCents: 13_430,
    monthlyCents: 1119,
    savingPercent: 20,
  })
})

test('a month costs the month; each longer term is cheaper by the month and dearer as a whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1_000_000 }), (monthly) => {
      const prices = TERMS.map((term) => ({ months: TERM_MONTHS[term], amount: termPrice(monthly, term) }))
      expect(prices[0]?.amount).toBe(monthly)
      for (const [i, price] of prices.entries()) {
        const before = prices[i - 1]
        if (!before) continue
        expect(price.amount).toBeGreaterThan(before.amount)
        expect(price.amount / price.months).toBeLessThan(before.amount / before.months)
      }
    }),
  )
})

test('an amount is exact to the cent: within half a cent of the true product', () => {
  fc.assert(
    fc.property(cents, fc.constantFrom(...TERMS), (monthly, term) => {
      const percent = { monthly: 100n, quarterly: 95n, semi_annual: 90n, yearly: 80n }[term]
      const exactHundredths = BigInt(monthly) * BigInt(TERM_MONTHS[term]) * percent
      const off = BigInt(termPrice(monthly, term)) * 100n - exactHundredths
      expect(off > -50n && off <= 50n).toBe(true)
    }),
  )
})

test('a saving is never negative, and none is claimed without a monthly price', () => {
  fc.assert(
    fc.property(cents, cents, fc.constantFrom(...TERMS), (amountCents, monthly, term) => {
      expect(viewPrice({ term, amountCents }, monthly).savingPercent).toBeGreaterThanOrEqual(0)
      expect(viewPrice({ term, amountCents }, null).savingPercent).toBe(0)
    }),
  )
})
