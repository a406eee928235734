import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { createPulse, createTally, takeTurn } from './index.ts'
import { livingProcesses, livingTickers, workersState } from './store/pulse.ts'

const db = await testDb()
const { q } = db
const sql = async (text: string, values: unknown[] = []) => (await db.pool.query(text, values)).rows
const at = new Date('2026-03-01T12:00:30Z')
beforeEach(() =>
  sql(
    `delete from heartbeats; delete from ticker_runs; delete from answer_counts; delete from health_turns; update stripe_health set refused_since = null, unreachable_since = null`,
  ),
)

const pulseOf = (role: 'all' | 'web' | 'worker', clock?: () => number) => {
  const tally = createTally(() => at)
  return { tally, pulse: createPulse({ db }, { role, tally, ...(clock ? { clock } : {}) }) }
}

test('a process is there from its first beat to its last word', async () => {
  const { pulse } = pulseOf('worker')
  expect((await workersState(q)).alive).toBe(0)
  await pulse.beat()
  expect(await livingProcesses(q)).toMatchObject([{ role: 'worker', pid: process.pid, clockOffsetMs: 0 }])
  expect(await workersState(q)).toMatchObject({ alive: 1 })
  await pulse.stop()
  expect(await livingProcesses(q)).toEqual([])
  expect((await workersState(q)).silentSeconds).toBeLessThan(5)
})

test('without any worker ever, it is missed since the first process came', async () => {
  await pulseOf('web').pulse.beat()
  await sql(`update heartbeats set started_at = now() - interval '90 seconds'`)
  expect((await workersState(q)).silentSeconds).toBeGreaterThan(89)
})

test('a clock that is wrong is told as far as it is certain', async () => {
  for (const aheadMs of [90_000, -90_000]) {
    await pulseOf('web', () => Date.now() + aheadMs).pulse.beat()
    const found = (await livingProcesses(q)).map((one) => one.clockOffsetMs)
    expect(found.some((ms) => Math.abs(ms - aheadMs) < 1_000)).toBe(true)
  }
})

test('answers are counted by minute, function and class; what nobody counts is not', async () => {
  const [one, other] = [pulseOf('web'), pulseOf('web')]
  const answers: [string, string, number][] = [
    ['POST', '/functions/v1/stripe-webhook', 200],
    ['POST', '/functions/v1/stripe-webhook', 503],
    ['OPTIONS', '/functions/v1/servers-provision', 204],
    ['POST', '/functions/v1/servers-provision', 404],
    ['POST', '/functions/v1/anything-a-stranger-types', 404],
    ['GET', '/api/me', 200],
    ['GET', '/assets/index.js', 200],
  ]
  for (const { tally, pulse } of [one, other]) {
    for (const [method, path, status] of answers) tally.answered({ method, path, status })
    tally.panelAnswered({ method: 'POST', path: '/api/application/servers', status: null })
    tally.panelAnswered({ method: 'POST', path: '/api/application/servers', status: 429 })
    tally.panelAnswered({ method: 'GET', path: '/api/application/servers', status: 500 })
    await pulse.beat()
  }
  await one.pulse.beat()
  expect(await sql(`select route, status_class as class, count from answer_counts order by 1, 2`)).toEqual([
    { route: 'api', class: '2xx', count: 2 },
    { route: 'panel-create', class: '5xx', count: 2 },
    { route: 'servers-provision', class: '4xx', count: 2 },
    { route: 'stripe-webhook', class: '2xx', count: 2 },
    { route: 'stripe-webhook', class: '5xx', count: 2 },
  ])
})

test('what the database did not take is told with the next beat', async () => {
  const { tally, pulse } = pulseOf('web')
  tally.answered({ method: 'GET', path: '/api/me', status: 500 })
  tally.ticked({ name: 'sweep', everyMs: 1_000 }, null)
  await sql(`alter table answer_counts rename to away`)
  await expect(pulse.beat()).rejects.toThrow()
  await sql(`alter table away rename to answer_counts`)
  tally.answered({ method: 'GET', path: '/api/me', status: 500 })
  await pulse.beat()
  expect(await sql(`select count from answer_counts`)).toEqual([{ count: 2 }])
  expect(await livingTickers(q)).toMatchObject([{ name: 'sweep', everySeconds: 1, lastOkAt: expect.any(Date) }])
})

test('timed tasks: success and error are kept, and silence counts from when the task was there again', async () => {
  const { tally, pulse } = pulseOf('worker')
  const task = { name: 'sweep', everyMs: 60_000 }
  tally.has(task)
  await pulse.beat()
  expect(await livingTickers(q)).toMatchObject([{ lastOkAt: null, lastError: null }])
  await sql(`update ticker_runs set first_at = now() - interval '1 hour'`)
  expect((await livingTickers(q))[0]?.silentSeconds).toBeGreaterThan(3_599)
  tally.ticked(task, new Error('the panel is gone'))
  await pulse.beat()
  expect(await livingTickers(q)).toMatchObject([{ lastOkAt: null, lastError: 'the panel is gone' }])
  tally.ticked(task, null)
  await pulse.beat()
  await pulse.beat()
  expect((await livingTickers(q))[0]?.silentSeconds).toBeLessThan(5)
  // No process had it for an hour: it is not missed, and its silence begins anew.
  await sql(
    `update ticker_runs set heard_at = now() - interval '1 hour', last_ok_at = now() - interval '1 hour', first_at = now() - interval '2 hours'`,
  )
  expect(await livingTickers(q)).toEqual([])
  await pulse.beat()
  expect((await livingTickers(q))[0]?.silentSeconds).toBeLessThan(5)
})

test('a refused key is known since the first refusal, until Stripe takes it again', async () => {
  const { tally, pulse } = pulseOf('web')
  const tell = async (path: string, status: number | null) => {
    tally.stripeAnswered({ path, status })
    await pulse.beat()
    return (await sql(`select refused_since is not null as refused, unreachable_since is not null as gone from stripe_health`))[0]
  }
  expect(await tell('/v1/refunds', 401)).toEqual({ refused: true, gone: false })
  expect(await tell('/v1/refunds', null)).toEqual({ refused: true, gone: true })
  expect(await tell('/v1/webhook_endpoints', 403)).toEqual({ refused: true, gone: true })
  expect(await tell('/v1/refunds', 404)).toEqual({ refused: false, gone: false })
  expect(await tell('/v1/webhook_endpoints', 403)).toEqual({ refused: false, gone: false })
  expect(await tell('/v1/refunds', 503)).toEqual({ refused: false, gone: true })
})

test('a turn is one process’s until its time is over', async () => {
  const ask = { name: 'alerts', everyMs: 60_000 }
  const took = await Promise.all(Array.from({ length: 8 }, () => takeTurn(q, { ...ask, holder: randomUUID() })))
  expect(took.filter(Boolean)).toHaveLength(1)
  await sql(`update health_turns set taken_at = now() - interval '61 seconds'`)
  expect(await takeTurn(q, { ...ask, holder: randomUUID() })).toBe(true)
})
