import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import { keepPartitions } from './keep.ts'
import { partitionsOf } from './list.ts'

const db = await testDb()
const NOW = new Date('2026-03-10T12:00:00Z')
const days = { table: 'log_lines', column: 'at', every: 'day', aheadCount: 2, keepDays: 3 } as const
const needed = { ...days, neededWhile: sql<boolean>`text = 'not done'` }
const day = (date: string) => `log_lines_2026_03_${date}`

const write = async (at: string, text = 'line') => {
  const { rows } = await db.pool.query('insert into log_lines (at, text) values ($1, $2) returning tableoid::regclass::text as stands_in', [
    at,
    text,
  ])
  return rows[0].stands_in
}
const names = async () => (await partitionsOf(db.q, 'log_lines')).map((one) => one.name)
const lines = async () => (await db.pool.query('select count(*)::int as n from log_lines')).rows[0].n

beforeEach(async () => {
  await db.byHand(`drop table if exists log_lines;
    create table log_lines (id bigserial, at timestamptz not null, text text not null, primary key (id, at)) partition by range (at);
    create index log_lines_text on log_lines (text);
    create table log_lines_default partition of log_lines default`)
})

test('today and the days ahead are made with all indexes; a second call finds nothing to do', async () => {
  const made = [day('10'), day('11'), day('12')]
  expect(await keepPartitions(db, days, NOW)).toMatchObject({ created: made, dropped: [], busy: [] })
  expect(await keepPartitions(db, days, NOW)).toMatchObject({ created: [], moved: 0 })
  expect(await names()).toEqual([...made, 'log_lines_default'])
  expect(await write('2026-03-11T23:59:59.999Z')).toBe(day('11'))
  const { rows } = await db.pool.query(`select count(*)::int as n from pg_indexes where tablename = $1`, [day('11')])
  expect(rows[0].n).toBe(2)
})

test('what is older than it is kept goes, a whole table at a time', async () => {
  await keepPartitions(db, days, new Date('2026-03-04T00:00:00Z'))
  for (const date of ['04', '05', '06']) await write(`2026-03-${date}T08:00:00Z`)
  expect(await keepPartitions(db, days, NOW)).toMatchObject({ dropped: [day('04'), day('05'), day('06')] })
  expect(await lines()).toBe(0)
  expect(await keepPartitions(db, { ...days, keepDays: 30 }, NOW)).toMatchObject({ dropped: [] })
})

test('a partition stays for as long as one row in it is needed', async () => {
  await keepPartitions(db, days, new Date('2026-03-04T00:00:00Z'))
  await write('2026-03-04T08:00:00Z', 'not done')
  await write('2026-03-05T08:00:00Z')
  expect(await keepPartitions(db, needed, NOW)).toMatchObject({ needed: [day('04')], dropped: [day('05'), day('06')] })
  await db.byHand(`update log_lines set text = 'done'`)
  expect(await keepPartitions(db, needed, NOW)).toMatchObject({ needed: [], dropped: [day('04')] })
})

test('a row of any date is stored; it gets its partition, or goes when it is over, unless it is needed', async () => {
  for (const at of ['2026-03-08', '2026-03-10', '2026-03-12', '2041-01-01', '2019-05-05'])
    expect(await write(`${at}T08:00:00Z`)).toBe('log_lines_default')
  await write('2019-05-05T08:00:00Z', 'not done')
  const kept = await keepPartitions(db, needed, NOW)
  expect(kept).toMatchObject({ created: [day('08'), day('10'), day('11'), day('12')], moved: 3, deleted: 1, left: 1 })
  const { rows } = await db.pool.query('select tableoid::regclass::text as at, id::int from log_lines order by id')
  expect(rows).toEqual([
    { at: day('08'), id: 1 },
    { at: day('10'), id: 2 },
    { at: day('12'), id: 3 },
    { at: 'log_lines_default', id: 4 },
    { at: 'log_lines_default', id: 6 },
  ])
})

test('any number of processes may do it at once', async () => {
  await keepPartitions(db, days, new Date('2026-03-01T00:00:00Z'))
  await write('2026-03-10T08:00:00Z')
  const all = await Promise.all(Array.from({ length: 4 }, () => keepPartitions(db, days, NOW)))
  const last = await keepPartitions(db, days, NOW)
  const made = [...all, last].flatMap((one) => one.created)
  expect(made.sort()).toEqual([day('10'), day('11'), day('12')])
  expect([...all, last].flatMap((one) => one.dropped).sort()).toEqual([day('01'), day('02'), day('03')])
  expect(await names()).toEqual([day('10'), day('11'), day('12'), 'log_lines_default'])
  expect(await lines()).toBe(1)
})

test('who writes for long is not waited for, and lets the others write meanwhile', async () => {
  await keepPartitions(db, days, new Date('2026-03-06T00:00:00Z'))
  const writer = await db.pool.connect()
  try {
    await writer.query(`begin; insert into log_lines (at, text) values ('2026-03-07', 'long'), ('2026-03-20', 'long')`)
    const keeping = keepPartitions(db, days, NOW)
    expect(await write('2026-03-08T08:00:00Z')).toBe(day('08'))
    expect(await keeping).toMatchObject({ created: [], dropped: [], busy: [day('10'), day('11'), day('12'), day('06')] })
  } finally {
    await writer.query('commit')
    writer.release()
  }
  expect(await keepPartitions(db, days, NOW)).toMatchObject({ created: [day('10'), day('11'), day('12')], dropped: [day('06')] })
  expect(await lines()).toBe(3)
})
