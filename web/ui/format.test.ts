import { expect, test } from 'vitest'
import { distance, duration, gb, money, plural, termEnd } from './format.ts'

test('money stands in its currency, whatever case Stripe writes it in', () => {
  expect(money(1399, 'usd')).toBe('$13.99')
  expect(money(123_456, 'USD')).toBe('$1,234.56')
  expect(money(0, 'eur')).toBe('€0.00')
})

test.each([
  [0, '0 s'],
  [-4, '0 s'],
  [59.6, '1 min'],
  [72, '1 min 12 s'],
  [3_600, '1 h'],
  [3_725, '1 h 2 min'],
  [90_000, '1 d 1 h'],
])('%d seconds are said as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said)
})

test('a distance has one unit and a direction', () => {
  const now = Date.parse('2030-01-01T12:00:00Z')
  expect(distance('2030-01-01T11:59:48Z', now)).toBe('12 s ago')
  expect(distance('2030-01-01T12:04:10Z', now)).toBe('in 4 min')
  expect(distance('2030-01-01T12:00:01Z', now)).toBe('now')
})

test('a term that starts on the 31st ends on the last day of a shorter month', () => {
  expect(termEnd(new Date(2031, 0, 31), 1)).toEqual(new Date(2031, 1, 28))
  expect(termEnd(new Date(2031, 10, 15), 3)).toEqual(new Date(2032, 1, 15))
  expect(termEnd(new Date(2032, 1, 29), 12)).toEqual(new Date(2033, 1, 28))
})

test('amounts carry no needless zero, counts their right word', () => {
  expect(gb(2)).toBe('2 GB')
  expect(gb(1320.54)).toBe('1320.5 GB')
  expect(plural(1, 'server')).toBe('1 server')
  expect(plural(2_000, 'delivery', 'deliveries')).toBe('2,000 deliveries')
})
