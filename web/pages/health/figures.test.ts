import { expect, test } from 'vitest'
import { percent, stepName, subjectName } from './figures.ts'

test('shares are said shortly, and nearly whole is not whole', () => {
  expect([percent(1), percent(0.9995), percent(0.9932), percent(0), percent(-0.5)]).toEqual(['100 %', '> 99.9 %', '99.3 %', '0 %', '-50 %'])
})

test('a step has a short name that tells it from its neighbours', () => {
  expect(stepName('2026-03-01T13:05:00Z', 'hour', 'UTC')).toMatch(/13:05|1:05|01:05/)
  expect(stepName('2026-03-01T13:05:00Z', 'week', 'UTC')).not.toBe(stepName('2026-03-02T13:05:00Z', 'week', 'UTC'))
})

test('subjects are read as words', () => {
  expect([subjectName('node:3'), subjectName('sweep_panel'), subjectName('channel:abc')]).toEqual(['node 3', 'sweep panel', 'channel'])
})
