import { beforeAll, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { allMigrations } from './index.ts'

const db = await testDb()
const NAME = '010_growth'

/** A shop as it was before its big tables stood in partitions, with a few rows in them. */
beforeAll(async () => {
  const before = allMigrations().filter(({ name }) => name < NAME)
  await db.byHand('drop schema public cascade; drop schema if exists auth cascade; create schema public')
  for (const { sql } of before) await db.byHand(sql)
  await db.byHand(`
    insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at, attempts)
      select 'evt_' || n, 'invoice.paid', now() - n * interval '40 days', now(), '{"a":1}', now(), n from generate_series(0, 5) n;
    insert into order_events (order_id, at, kind, title)
      select '00000000-0000-4000-8000-000000000001', now() - n * interval '70 days', (array['state', 'call', 'note'])[1 + n % 3], 'Event ' || n
      from generate_series(0, 9) n`)
  await db.byHand(allMigrations().find(({ name }) => name === NAME)?.sql ?? '')
})

test('every row is there, in the partition of its month', async () => {
  const events = await db.pool.query(
    `select id, attempts, to_char(created_at at time zone 'UTC', '"stripe_events_"YYYY_MM') = tableoid::regclass::text as at_home from stripe_events order by id`,
  )
  expect(events.rows).toEqual([0, 1, 2, 3, 4, 5].map((n) => ({ id: `evt_${n}`, attempts: n, at_home: true })))
  const lines = await db.pool.query(
    `select title, tableoid::regclass::text = case kind when 'call' then 'order_events_calls' else 'order_events_notes' end
       || to_char(at at time zone 'UTC', '_YYYY_MM') as at_home from order_events order by order_id, id`,
  )
  expect(lines.rows).toEqual(Array.from({ length: 10 }, (_, n) => ({ title: `Event ${n}`, at_home: true })))
})

test('ids go on where they were', async () => {
  const { rows } = await db.pool.query(
    `insert into order_events (order_id, at, kind, title) values ('00000000-0000-4000-8000-000000000001', now(), 'note', 'Next') returning id::int`,
  )
  expect(rows).toEqual([{ id: 11 }])
})
