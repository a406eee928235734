import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import { keepPartitions, partitionsOf } from '../../db/index.ts'
import { later, MINUTE, SECOND } from '../../kit/time.ts'
import { LogQuery } from '../contract.ts'
import { logPartitions, saveLines } from '../store/log-lines.ts'
import { TEXT_LINES_MAX } from '../store/logs.ts'
import type { LogLine } from './line.ts'
import { searchLogs } from './search-logs.ts'
import { tailLogs } from './tail-logs.ts'

const db = await testDb()
const NOW = new Date('2026-11-24T12:00:00Z')
const world = { db, now: () => NOW }
const line = (part: Partial<LogLine> = {}): LogLine => ({
  at: later(NOW, -MINUTE),
  level: 'info',
  fn: 'servers-provision',
  message: 'done',
  orderId: null,
  userId: null,
  requestId: null,
  facts: '{}',
  ...part,
})
const save = (...lines: Partial<LogLine>[]) => saveLines(db, 'worker@test:1', lines.map(line))
const find = async (query: object) => searchLogs(world, LogQuery.parse(query))
const messages = async (query: object) => (await find(query)).items.map((one) => one.message)

async function customer(email: string): Promise<string> {
  const id = randomUUID()
  await db.q.insertInto('auth.user').values({ id, name: 'Cora', email, emailVerified: true }).execute()
  return id
}

test('a line comes back as it was said, whatever is in it', async () => {
  const [orderId, requestId] = [randomUUID(), randomUUID()]
  const facts = { text: 'quotes "\' and \\ and {,} NULL', list: [1, null], deep: { ü: '€' } }
  await save({ orderId, requestId, message: 'a "quoted" {line}, with \\ and NULL', level: 'warn', facts: JSON.stringify(facts) })
  const [found] = (await find({ request: requestId })).items
  expect(found).toEqual({
    ...{ id: expect.any(Number), at: '2026-11-24T11:59:00.000Z', level: 'warn', fn: 'servers-provision', orderId, requestId, facts },
    ...{ message: 'a "quoted" {line}, with \\ and NULL', userId: null, customerEmail: null, process: 'worker@test:1' },
  })
})

test('each filter narrows, and all of them together', async () => {
  const orderId = randomUUID()
  await save(
    { orderId, message: 'old', at: later(NOW, -90 * MINUTE) },
    { orderId, message: 'loud', level: 'error' },
    { orderId, message: 'of the money', fn: 'stripe-webhook' },
    { orderId, message: 'quiet', at: later(NOW, -30 * SECOND) },
  )
  expect(await messages({ order: orderId })).toEqual(['quiet', 'of the money', 'loud', 'old'])
  expect(await messages({ order: orderId, since: '1h' })).toEqual(['quiet', 'of the money', 'loud'])
  expect(await messages({ order: orderId, until: '2026-11-24T11:59:00Z' })).toEqual(['old'])
  expect(await messages({ order: orderId, level: 'warn' })).toEqual(['loud'])
  expect(await messages({ order: orderId, fn: 'stripe-webhook' })).toEqual(['of the money'])
  expect(await messages({ order: orderId, fn: 'stripe-webhook', level: 'error', since: '1h' })).toEqual([])
})

test('a customer’s lines: by id and by e-mail, with those of the customer’s orders, each once', async () => {
  const userId = await customer('cora@example.com')
  const orderId = randomUUID()
  // An order alone, without its plan and checkout.
  await db.byHand(`set session_replication_role = replica; insert into orders (id, user_id, plan_id, term, region_id, server_name, status,
    amount_cents, currency, stripe_session_id, created_at, recorded_at, updated_at)
    values ('${orderId}', '${userId}', 'p', 'monthly', 'r', 's', 'paid', 1, 'usd', 'cs_1', now(), now(), now())`)
  await save(
    { userId, message: 'signed up', at: later(NOW, -3 * MINUTE) },
    { orderId, message: 'job' },
    { userId, orderId, message: 'both', at: later(NOW, -2 * MINUTE) },
    { userId: randomUUID(), orderId: randomUUID(), message: 'somebody else' },
  )
  expect(await messages({ customer: userId })).toEqual(['job', 'both', 'signed up'])
  const found = await find({ customer: 'CORA@example.com' })
  expect(found.items.map((one) => one.customerEmail)).toEqual([null, 'cora@example.com', 'cora@example.com'])
  await expect(find({ customer: 'nobody@example.com' })).rejects.toMatchObject({ code: 'operations.no_such_customer' })
})

test('pages: every line once, in order, lines of one instant too', async () => {
  const orderId = randomUUID()
  await save(...Array.from({ length: 25 }, (_, n) => ({ orderId, message: `${n}`, at: later(NOW, -MINUTE + Math.floor(n / 10)) })))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await find({ order: orderId, limit: 7, ...(cursor ? { cursor } : {}) })
    seen.push(...page.items.map((one) => one.message))
    cursor = page.nextCursor
  } while (cursor)
  expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `${24 - n}`))
  await expect(find({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'request.invalid' })
})

test('a text: in sentence and facts, only within a stretch of time, and so many lines at a time', async () => {
  const fn = 'text-test'
  await save({ fn, message: '100% Needle_x' }, { fn, facts: '{"session":"cs_needle"}' }, { fn, message: 'hay' })
  expect(await messages({ fn, text: 'needle', since: '1h' })).toHaveLength(2)
  expect(await messages({ fn, text: '100% needle_', since: '1h' })).toHaveLength(1)
  expect(await messages({ fn, text: 'needl_', since: '1h' })).toEqual([])
  await expect(find({ text: 'needle' })).rejects.toMatchObject({ code: 'operations.text_needs_since' })
  await sql`insert into logs (at, level, fn, message, process) select ${later(NOW, -2 * MINUTE)}::timestamptz - n * interval '1 ms', 'info', ${fn}, 'hay', 'p'
    from generate_series(1, ${TEXT_LINES_MAX}::int) n`.execute(db.q)
  await save({ fn, message: 'the last needle', at: later(NOW, -30 * MINUTE) })
  const first = await find({ fn, text: 'needle', since: '1h' })
  expect(first).toMatchObject({ items: [{}, {}], lookedBackTo: expect.any(String) })
  const second = await find({ fn, text: 'needle', since: '1h', cursor: first.nextCursor })
  expect(second).toMatchObject({ items: [{ message: 'the last needle' }], nextCursor: null, lookedBackTo: null })
})

test.each(['1y', 'yesterday', ''])('no time: “%s”', (since) => {
  expect(LogQuery.safeParse({ since }).success).toBe(false)
})

test('the tail tells each line once, also one that was written late', async () => {
  const orderId = randomUUID()
  await save({ orderId, message: 'before', at: later(NOW, -MINUTE) })
  const { look } = tailLogs(world, { orderId })
  const told = async () => (await look()).items.map((one) => one.message)
  expect(await told()).toEqual([])
  await save({ orderId, message: 'two', at: later(NOW, -SECOND) }, { orderId, message: 'three', at: NOW })
  expect(await told()).toEqual(['two', 'three'])
  await save({ orderId, message: 'one', at: later(NOW, -5 * SECOND) })
  expect(await told()).toEqual(['one'])
  expect(await told()).toEqual([])
})

test('days stand in partitions of their own; after the time they are kept they are gone', async () => {
  const kept = logPartitions(14)
  const fn = 'retention'
  await db.byHand('delete from logs')
  await save({ fn, message: 'today' }, { fn, message: 'two weeks', at: later(NOW, -13 * 24 * 60 * MINUTE) })
  const done = await keepPartitions(db, kept, NOW)
  expect(done.created).toContain('logs_2026_11_24')
  expect(done.created).toContain('logs_2026_12_01')
  expect(await messages({ fn })).toEqual(['today', 'two weeks'])
  await save({ fn, message: 'into the day' })
  const { rows } = await db.pool.query(`select count(*) as n from logs_2026_11_24 where fn = $1`, [fn])
  expect(rows).toEqual([{ n: 2 }])
  const soon = later(NOW, 3 * 24 * 60 * MINUTE)
  const over = await keepPartitions(db, kept, soon)
  expect(over.dropped).toContain('logs_2026_11_11')
  expect(await messages({ fn })).toEqual(['into the day', 'today'])
  await keepPartitions(db, kept, later(NOW, 30 * 24 * 60 * MINUTE))
  expect(await messages({ fn })).toEqual([])
  expect((await partitionsOf(db.q, 'logs')).every((one) => one.from === null || one.from > later(NOW, 14 * 24 * 60 * MINUTE))).toBe(true)
})
