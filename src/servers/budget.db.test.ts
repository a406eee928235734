import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { later } from '../kit/time.ts'
import type { PanelCall, PanelCallRecord } from '../outside/panel/types.ts'
import { createBudget, sentAt } from './budget.ts'

const db = await testDb()
const START = new Date('2026-03-01T12:00:00Z')
let now = START
const at = (seconds: number) => {
  now = later(START, seconds * 1_000)
}
const open = (options = {}) => createBudget({ db, now: () => now }, { waitMsMax: 0, inFlightMax: 1_000, ...options })
const call = (share: PanelCall['share']): PanelCall => ({ share })
const record = (change: Partial<PanelCallRecord> = {}): PanelCallRecord => ({
  call: call('create'),
  method: 'GET',
  path: '/api/application/servers',
  status: 200,
  ms: 0,
  panelCode: null,
  rateLimit: null,
  retryAfterMs: null,
  requestId: 'r',
  ...change,
})
/** How many calls get through at once before the budget says wait. */
async function takeAll(budget: ReturnType<typeof open>, share: PanelCall['share'], tries = 300): Promise<number> {
  const taken = await Promise.allSettled(Array.from({ length: tries }, () => budget.before(call(share))))
  return taken.filter((one) => one.status === 'fulfilled').length
}

beforeEach(async () => {
  at(0)
  await db.q.deleteFrom('panel_budget').execute()
})

test('four processes together never take more than the panel allows', async () => {
  const counts = await Promise.all([1, 2, 3, 4].map(() => takeAll(open(), 'staff', 100)))
  expect(counts.reduce((a, b) => a + b)).toBe(240)
})

test('creates leave room for the watch and staff, sync takes a fifth at most', async () => {
  const budget = open()
  expect(await takeAll(budget, 'sync')).toBe(48)
  expect(await takeAll(budget, 'create')).toBe(240 - 48 - 16)
  expect(await takeAll(budget, 'watch')).toBe(16)
  expect(await takeAll(budget, 'staff')).toBe(0)
})

test('the share of sync holds for any minute, wherever it begins, and says when its next call may go', async () => {
  const budget = open()
  expect(await takeAll(budget, 'sync', 20)).toBe(20)
  at(50)
  expect(await takeAll(budget, 'sync')).toBe(28)
  await expect(budget.before(call('sync'))).rejects.toMatchObject({ code: 'servers.budget_spent', retryAfterMs: 11_000 })
  // The panel's next minute has begun.
  at(70)
  expect(await takeAll(budget, 'sync')).toBe(20)
  await expect(budget.before(call('sync'))).rejects.toMatchObject({ retryAfterMs: 41_000 })
  at(111)
  expect(await takeAll(budget, 'sync')).toBe(28)
})

test('the next window is full again, and says so to who asks how long to wait', async () => {
  const budget = open()
  await takeAll(budget, 'staff')
  at(20)
  await expect(budget.before(call('create'))).rejects.toMatchObject({
    code: 'servers.budget_spent',
    kind: 'unavailable',
    retryAfterMs: 41_000,
  })
  at(61)
  expect(await takeAll(budget, 'staff')).toBe(240)
})

describe('the panel’s headers', () => {
  test('lower what is left, and never raise it', async () => {
    const budget = open()
    await budget.before(call('staff'))
    await budget.after(record({ rateLimit: { limit: 240, remaining: 10 } }))
    await budget.after(record({ rateLimit: { limit: 240, remaining: 200 } }))
    expect(await takeAll(budget, 'staff')).toBe(10)
  })
  test('of a call that was sent in an earlier window do not count in this one', async () => {
    const budget = open()
    await budget.before(call('staff'))
    at(62)
    await budget.before(call('staff'))
    await budget.after(record({ ms: 5_000, rateLimit: { limit: 240, remaining: 0 } }))
    expect(await takeAll(budget, 'staff')).toBe(239)
  })
  test('of another limit hold from the next window on', async () => {
    const budget = open()
    await budget.before(call('staff'))
    await budget.after(record({ rateLimit: { limit: 60, remaining: 59 } }))
    at(61)
    expect(await takeAll(open(), 'staff')).toBe(60)
  })
  test('of a larger limit are believed at once, and what was called stays counted', async () => {
    const budget = open()
    expect(await takeAll(budget, 'staff')).toBe(240)
    await budget.after(record({ rateLimit: { limit: 400, remaining: 390 } }))
    await budget.after(record({ rateLimit: { limit: 400, remaining: 380 } }))
    expect(await takeAll(open(), 'staff')).toBe(160)
  })
  test('of the Client API are another count', async () => {
    const budget = open()
    await budget.before(call('staff'))
    await budget.after(record({ path: '/api/client/servers/x/resources', rateLimit: { limit: 720, remaining: 1 } }))
    expect(await takeAll(budget, 'staff')).toBe(239)
  })
})

test('Retry-After stops everybody until then; a daemon’s 429 stops nobody', async () => {
  const budget = open()
  await budget.before(call('staff'))
  await budget.after(record({ status: 429, panelCode: 'DaemonConnectionException' }))
  expect(await takeAll(budget, 'staff', 5)).toBe(5)
  await budget.after(record({ status: 429, panelCode: 'ThrottleRequestsException', retryAfterMs: 20_000 }))
  await expect(open().before(call('staff'))).rejects.toMatchObject({ retryAfterMs: 20_000 })
  at(20)
  await open().before(call('staff'))
})

test('who can wait a little does, and stops waiting when called off', async () => {
  const budget = open({ waitMsMax: 30_000 })
  await takeAll(open(), 'staff')
  at(50)
  const off = new AbortController()
  const waiting = call('staff')
  const waits = [budget.before(waiting), budget.before({ share: 'staff', signal: off.signal })]
  off.abort(new Error('called off'))
  await expect(waits[1]).rejects.toThrow()
  at(61)
  await expect(waits[0]).resolves.toBeUndefined()
  expect(sentAt(waiting)).toEqual(later(START, 61_000))
})

test('no more than so many at once; the watch goes before creates', async () => {
  const budget = open({ inFlightMax: 1 })
  const first = call('create')
  await budget.before(first)
  const order: string[] = []
  const waits = (['sync', 'create', 'watch'] as const).map(async (share) => {
    const mine = call(share)
    await budget.before(mine)
    order.push(share)
    await budget.after(record({ call: mine }))
  })
  await sleep(0)
  expect(order).toEqual([])
  await budget.after(record({ call: first }))
  await Promise.all(waits)
  expect(order).toEqual(['watch', 'create', 'sync'])
})

test('calls that hang leave a place for the watch', async () => {
  const budget = open({ inFlightMax: 3 })
  await Promise.all([budget.before(call('create')), budget.before(call('create'))])
  const off = new AbortController()
  const third = expect(budget.before({ share: 'create', signal: off.signal })).rejects.toMatchObject({ code: 'servers.called_off' })
  await expect(budget.before(call('watch'))).resolves.toBeUndefined()
  off.abort()
  await third
})

test('who waits for the next window takes no place from others', async () => {
  const budget = open({ inFlightMax: 2, waitMsMax: 120_000 })
  expect(await takeAll(open(), 'create')).toBe(224)
  const off = new AbortController()
  const waits = Promise.allSettled(Array.from({ length: 5 }, () => budget.before({ share: 'create', signal: off.signal })))
  await expect(budget.before(call('watch'))).resolves.toBeUndefined()
  off.abort()
  for (const wait of await waits) expect(wait).toMatchObject({ status: 'rejected', reason: { code: 'servers.called_off' } })
})

test('a call that is called off before it is sent gives its place back', async () => {
  const budget = open({ inFlightMax: 1 })
  const off = new AbortController()
  await budget.before({ share: 'create', signal: off.signal })
  off.abort()
  await expect(budget.before(call('create'))).resolves.toBeUndefined()
})
