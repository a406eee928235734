import { expect, test } from 'vitest'
import { later, SECOND } from '../../kit/time.ts'
import type { Condition } from './conditions.ts'
import { CALM_MS, type OpenAlert, type RuleState, settle } from './settle.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const condition = (more: Partial<Condition> = {}): Condition => ({
  title: 'T',
  severity: 'critical',
  threshold: 10,
  unit: 'things',
  forSeconds: 0,
  when: 'over',
  remedy: 'R',
  measure: () => [],
  ...more,
})
const rule = (more: Partial<RuleState> = {}): RuleState => ({ threshold: 10, forSeconds: 0, enabled: true, ...more })
const sighting = (value: number, subject = 's') => ({ subject, value, summary: 'S', evidence: {} })
const open = (more: Partial<OpenAlert> = {}): OpenAlert => ({ id: 'a', subject: 's', since: NOW, firedAt: NOW, calmSince: null, ...more })
const deeds = (
  sightings: ReturnType<typeof sighting>[],
  alerts: OpenAlert[] = [],
  as: { rule?: RuleState; condition?: Condition; now?: Date } = {},
) =>
  settle(as.condition ?? condition(), as.rule ?? rule(), { open: alerts, sightings, now: as.now ?? NOW }).map((change) =>
    'fire' in change && change.fire ? `${change.do}, fire` : change.do,
  )

test('over the threshold fires, just at it does not; “at least” fires at it', () => {
  expect(deeds([sighting(10.01)])).toEqual(['open, fire'])
  expect(deeds([sighting(10)])).toEqual([])
  expect(deeds([sighting(10)], [], { condition: condition({ when: 'at_least' }) })).toEqual(['open, fire'])
  expect(deeds([sighting(9.99)], [], { condition: condition({ when: 'at_least' }) })).toEqual([])
})

test('what must last is pending first, and fires when it has lasted; gone before, nobody hears of it', () => {
  const lasting = { rule: rule({ forSeconds: 30 }) }
  expect(deeds([sighting(11)], [], lasting)).toEqual(['open'])
  const pending = open({ firedAt: null })
  expect(deeds([sighting(11)], [pending], { ...lasting, now: later(NOW, 29 * SECOND) })).toEqual(['keep'])
  expect(deeds([sighting(11)], [pending], { ...lasting, now: later(NOW, 30 * SECOND) })).toEqual(['keep, fire'])
  expect(deeds([], [pending], lasting)).toEqual(['forget'])
})

test('seen again it is the same alert; other subjects have their own', () => {
  expect(deeds([sighting(11), sighting(12, 'other')], [open()])).toEqual(['keep', 'open, fire'])
})

test('it ends when it has been calm for long enough, and is kept by what comes between', () => {
  expect(deeds([sighting(9)], [open()])).toEqual(['calm'])
  const calm = open({ calmSince: NOW })
  expect(deeds([], [calm], { now: later(NOW, CALM_MS - 1) })).toEqual([])
  expect(deeds([sighting(11)], [calm], { now: later(NOW, CALM_MS) })).toEqual(['keep'])
  expect(deeds([], [calm], { now: later(NOW, CALM_MS) })).toEqual(['resolve'])
})

test('around its threshold it stays open until it is clearly below', () => {
  const hysteresis = { condition: condition({ clearAt: 0.9 }) }
  expect(deeds([sighting(9.5)], [open()], hysteresis)).toEqual(['keep'])
  expect(deeds([sighting(9.5)], [], hysteresis)).toEqual([])
  expect(deeds([sighting(9)], [open()], hysteresis)).toEqual(['calm'])
})

test('a rule that is switched off ends its alerts at once and opens none', () => {
  expect(deeds([sighting(99)], [open(), open({ id: 'b', subject: 'p', firedAt: null })], { rule: rule({ enabled: false }) })).toEqual([
    'resolve',
    'forget',
  ])
})
