import { expect, test } from 'vitest'
import { judgeAnswer, missingRoom, nodeMaxMb, sellingFrom } from './rules.ts'

const NOW = new Date('2026-01-01T00:10:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)

test('the shop sells while the panel works, and for ten minutes after it is gone', () => {
  expect(sellingFrom({ refusedSince: null, unreachableSince: null }, NOW)).toEqual({ selling: true, notice: null })
  expect(sellingFrom({ refusedSince: null, unreachableSince: ago(9) }, NOW).selling).toBe(true)
  expect(sellingFrom({ refusedSince: null, unreachableSince: ago(10) }, NOW)).toMatchObject({ selling: false })
})

test('a refused key closes the shop at once', () => {
  expect(sellingFrom({ refusedSince: NOW, unreachableSince: null }, NOW)).toMatchObject({ selling: false })
})

test.each([
  [{ status: null, panelCode: null }, 'unreachable'],
  [{ status: 502, panelCode: null }, 'unreachable'],
  [{ status: 401, panelCode: 'AuthenticationException' }, 'refused'],
  [{ status: 403, panelCode: 'AccessDeniedHttpException' }, 'refused'],
  [{ status: 401, panelCode: 'DaemonConnectionException' }, 'ok'],
  [{ status: 429, panelCode: 'ThrottleRequestsException' }, 'ok'],
  [{ status: 500, panelCode: 'QueryException' }, 'ok'],
  [{ status: 200, panelCode: null }, 'ok'],
])('%o says: %s', (answer, said) => {
  expect(judgeAnswer(answer)).toBe(said)
})

test('overallocation counts, and "unlimited" is none', () => {
  expect(nodeMaxMb(1000, 0)).toBe(1000)
  expect(nodeMaxMb(1000, 50)).toBe(1500)
  expect(nodeMaxMb(1000, -1)).toBe(1000)
})

test('a server grows into what its node has left, and shrinks on a node that has less than nothing', () => {
  const from = { ramMb: 2048, diskMb: 10_240 }
  const room = (freeRamMb: number, freeDiskMb: number) => ({ freeRamMb, freeDiskMb })
  expect(missingRoom(from, { ramMb: 4096, diskMb: 10_240 }, room(2048, -5))).toBe(null)
  expect(missingRoom(from, { ramMb: 4096, diskMb: 20_480 }, room(2047, 10_000))).toEqual({ ramMb: 1, diskMb: 240 })
  expect(missingRoom(from, { ramMb: 4096, diskMb: 5120 }, room(-1024, -5))).toEqual({ ramMb: 2048, diskMb: 0 })
  expect(missingRoom(from, { ramMb: 1024, diskMb: 5120 }, room(-1024, -5))).toBe(null)
})
