import { expect, test } from 'vitest'
import { asFailure, Failure, storeFailure } from './failure.ts'

test('a Failure passes through as it is', () => {
  const full = new Failure({ code: 'fleet.no_capacity', kind: 'full', say: 'Sold out.', next: 'Pick another region.' })
  expect(asFailure(full)).toBe(full)
  expect(full.status).toBe(409)
})

test('anything else is a bug, and its text is not said to the customer', () => {
  const failure = asFailure(new Error('password=hunter2'))
  expect(failure.kind).toBe('bug')
  expect(failure.say).not.toContain('hunter2')
  expect(failure.facts).toEqual({ error: 'password=hunter2' })
})

test('what is stored is the class, the cause, the next step and the field', () => {
  const at = new Date('2026-01-02T03:04:05Z')
  const stored = storeFailure(new Failure({ code: 'a.b', kind: 'invalid', say: 'Cause.', next: 'Do this.', field: 'egg' }), at)
  expect(stored).toEqual({ code: 'a.b', kind: 'invalid', cause: 'Cause.', next: 'Do this.', field: 'egg', at: '2026-01-02T03:04:05.000Z' })
})
