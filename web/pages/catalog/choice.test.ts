import { expect, test } from 'vitest'
import type { GameView, PlanView } from '../../../src/catalog/contract.ts'
import { buyable, parseChoice, resolveChoice, variantsOf } from './choice.ts'

const plan = (id: string, variant: string, rest: Partial<PlanView> = {}): PlanView => ({
  id,
  name: id,
  variant,
  ramGb: 4,
  cores: 2,
  diskGb: 20,
  prices: [
    { term: 'monthly', months: 1, amountCents: 1000, monthlyCents: 1000, savingPercent: 0 },
    { term: 'yearly', months: 12, amountCents: 9600, monthlyCents: 800, savingPercent: 20 },
  ],
  sellable: true,
  reason: null,
  availability: { eu: 'available', us: 'available' },
  ...rest,
})

const game = (...plans: PlanView[]): GameView => ({
  id: 'g',
  name: 'Game',
  summary: '',
  eula: null,
  plans,
  regions: [
    { id: 'eu', name: 'Europe' },
    { id: 'us', name: 'US' },
  ],
  currency: 'usd',
  selling: true,
  notice: null,
})

test('a choice in the address is read with care', () => {
  expect(parseChoice({ plan: 'p', term: 'yearly', region: 'eu', name: 'x'.repeat(99) })).toEqual({
    variant: undefined,
    plan: 'p',
    term: 'yearly',
    region: 'eu',
    name: 'x'.repeat(60),
  })
  expect(parseChoice({ term: 'weekly', plan: 3 }).term).toBeUndefined()
})

test('what is wished for and can be bought is kept', () => {
  const shop = game(plan('a', 'Vanilla'), plan('b', 'Paper'))
  const { variant, plan: chosen, price, region } = resolveChoice(shop, { plan: 'b', term: 'yearly', region: 'us' })
  expect([variant, chosen?.id, price?.term, region]).toEqual(['Paper', 'b', 'yearly', 'us'])
})

test('another tab forgets the plan of the last one', () => {
  const shop = game(plan('a', 'Vanilla'), plan('b', 'Paper'))
  expect(resolveChoice(shop, { variant: 'Vanilla', plan: 'b' }).plan?.id).toBe('a')
})

test('what is sold out falls back to what is not', () => {
  const full = { availability: { eu: 'sold_out', us: 'sold_out' } } as const
  const shop = game(plan('a', 'Vanilla', full), plan('b', 'Vanilla', { availability: { eu: 'sold_out', us: 'available' } }))
  const resolved = resolveChoice(shop, { plan: 'a', region: 'eu' })
  expect([resolved.plan?.id, resolved.region]).toEqual(['b', 'us'])
})

test('a variant without room has no plan, and nothing can be bought', () => {
  const shop = game(plan('a', 'Vanilla'), plan('b', 'Paper', { sellable: false, reason: 'No price yet.' }))
  expect(resolveChoice(shop, { variant: 'Paper' })).toEqual({ variant: 'Paper', plan: null, price: null, region: null })
  expect(resolveChoice(game(), {})).toEqual({ variant: '', plan: null, price: null, region: null })
  expect(buyable(shop.plans[1]!)).toBe(false)
  expect(variantsOf(shop)).toEqual(['Vanilla', 'Paper'])
})
