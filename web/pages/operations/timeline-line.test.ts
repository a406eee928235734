import { expect, test } from 'vitest'
import type { TimelineEntry } from '../../../src/orders/contract.ts'
import { callLine, inOrder, restOf, toneOf } from './timeline-line.ts'

const entry = (kind: TimelineEntry['kind'], details: TimelineEntry['details'], title = 'Create the server'): TimelineEntry => ({
  id: '1',
  at: '2030-01-01T00:00:00Z',
  kind,
  title,
  details,
})
const call = { system: 'panel', method: 'POST', path: '/servers', status: 422, ms: 61, requestId: 'r1', code: null }

test('a call is one line; what the title says already is left out', () => {
  expect(callLine(entry('call', call))).toBe('panel POST /servers → 422, 61 ms')
  expect(callLine(entry('call', { ...call, status: null }))).toBe('panel POST /servers → no answer, 61 ms')
  expect(callLine(entry('call', call, 'Panel: POST /servers → 422'))).toBe('61 ms')
  expect(callLine(entry('note', call))).toBeNull()
})

test('the rest is named, what is empty is not', () => {
  expect(restOf(entry('call', call))).toBe('requestId: r1')
  expect(restOf(entry('state', { from: null, to: 'paid', ports: [1, 2] }))).toBe('to: paid · ports: [1,2]')
  expect(restOf(entry('note', {}))).toBeNull()
})

test('a refusal is bad, an absent thing that was looked for is not', () => {
  expect(toneOf(entry('call', call))).toBe('bad')
  expect(toneOf(entry('call', { ...call, status: null }))).toBe('bad')
  expect(toneOf(entry('call', { ...call, method: 'GET', status: 404 }))).toBeUndefined()
  expect(toneOf(entry('call', { ...call, status: 201 }))).toBeUndefined()
  expect(toneOf(entry('state', { to: 'error' }))).toBe('bad')
  expect(toneOf(entry('state', { to: 'provisioned' }))).toBe('well')
})

test('entries of several pages stand once, in the order they came', () => {
  const numbered = (id: string) => ({ ...entry('note', {}), id })
  expect(inOrder(['10', '9', '100', '9'].map(numbered)).map((one) => one.id)).toEqual(['9', '10', '100'])
})
