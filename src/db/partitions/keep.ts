import { sql } from 'kysely'
import type { Db, Tx } from '../db.ts'
import { defaultOf, isNeeded, type Partitioned, partitionsOf, straysOf } from './list.ts'
import { nameOf, type Period } from './periods.ts'
import { type KeepingPlan, planKeeping } from './plan.ts'

export interface Kept {
  table: string
  created: string[]
  dropped: string[]
  /** Older than is kept, and something in it is needed still. */
  needed: string[]
  /** Rows that went from the default partition into one of their own. */
  moved: number
  /** Old rows taken out of the default partition. */
  deleted: number
  /** Rows that stay in the default partition for now. */
  left: number
  /** What could not be had without making others wait, or while another process is at it: left to the next time. */
  busy: string[]
}

/** Writers wait for as long at most as we wait for them. */
const LOCK_WAIT_MS = 500
const DELETED_AT_ONCE = 5_000
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Makes the partitions that are due, drops those that are over. Any number of processes may call it at once; each step is a short
 * transaction of its own, so what was cut off is done by the next call.
 */
export async function keepPartitions(db: Pick<Db, 'q' | 'tx'>, kept: Partitioned, now: Date): Promise<Kept> {
  const { create, drop, deleteBefore, left } = await keepingPlan(db.q, kept, now)
  const done: Kept = { table: kept.table, created: [], dropped: [], needed: [], moved: 0, deleted: 0, left, busy: [] }
  for (const period of create) {
    const name = nameOf(kept.table, kept.every, period)
    const moved = await step(db, kept, (tx) => makePartition(tx, kept, period))
    if (moved === 'busy') done.busy.push(name)
    else if (moved !== 'there') {
      done.created.push(name)
      done.moved += moved
    }
  }
  for (const name of drop) {
    const ended = await step(db, kept, (tx) => dropPartition(tx, kept, name))
    if (ended !== 'gone') done[ended].push(name)
  }
  done.deleted = await deleteOld(db, kept, deleteBefore)
  return done
}

export async function keepingPlan(q: Db['q'], kept: Partitioned, now: Date): Promise<KeepingPlan> {
  const [partitions, strays] = await Promise.all([partitionsOf(q, kept.table), straysOf(q, kept)])
  return planKeeping(kept, { partitions, strays }, now)
}

/** @returns 'busy': another process is at this table, or its locks could not be had in time */
async function step<T>(db: Pick<Db, 'tx'>, { table }: Partitioned, act: (tx: Tx) => Promise<T>): Promise<T | 'busy'> {
  try {
    return await db.tx(async (tx) => {
      const { rows } = await sql<{
        mine: boolean
      }>`select pg_try_advisory_xact_lock(hashtextextended(${`partitions of ${table}`}, 0)) as mine,
        set_config('lock_timeout', ${`${LOCK_WAIT_MS}ms`}, true)`.execute(tx)
      return rows[0]?.mine ? await act(tx) : 'busy'
    })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === LOCK_NOT_AVAILABLE) return 'busy'
    throw thrown
  }
}

/**
 * Made aside and attached, which lets readers and writers of the other partitions go on; made in place, it would lock them all out.
 * @returns how many rows the default partition had for it
 */
async function makePartition(tx: Tx, { table, column, every }: Partitioned, { from, to }: Period): Promise<number | 'there'> {
  const name = nameOf(table, every, { from, to })
  if (await exists(tx, name)) return 'there'
  const [parent, strays, made] = [sql.table(table), sql.table(defaultOf(table)), sql.table(name)]
  // Before it is looked into: what comes in between would be refused a place.
  await sql`lock table ${strays} in access exclusive mode`.execute(tx)
  await sql`create table ${made} (like ${parent} including all)`.execute(tx)
  const { numAffectedRows } = await sql`with gone as (
      delete from ${strays} where ${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${to} returning *
    ) insert into ${made} select * from gone`.execute(tx)
  await sql`alter table ${parent} attach partition ${made}
    for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

async function dropPartition(tx: Tx, kept: Partitioned, name: string): Promise<'dropped' | 'needed' | 'gone'> {
  if (!(await exists(tx, name))) return 'gone'
  if (await isNeeded(tx, kept, name)) return 'needed'
  // PostgreSQL detaches nothing concurrently where there is a default partition; so everybody waits, for the moment it takes.
  await sql`lock table ${sql.table(kept.table)} in access exclusive mode`.execute(tx)
  if (await isNeeded(tx, kept, name)) return 'needed'
  await sql`drop table ${sql.table(name)}`.execute(tx)
  return 'dropped'
}

/** Under the lock: it may have been made, or dropped, since it was planned. */
async function exists(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await sql<{ it: boolean }>`select to_regclass(${name}) is not null as it`.execute(tx)
  return rows[0]?.it ?? false
}

/** A few at a time: nobody waits for it. */
async function deleteOld(db: Pick<Db, 'q'>, { table, column, neededWhile }: Partitioned, before: Date): Promise<number> {
  const strays = sql.table(defaultOf(table))
  const spared = neededWhile ? sql`and not (${neededWhile})` : sql``
  for (let deleted = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`delete from ${strays} where ctid in (
      select ctid from ${strays} where ${sql.ref(column)} < ${before} ${spared} limit ${DELETED_AT_ONCE})`.execute(db.q)
    deleted += Number(numAffectedRows)
    if (numAffectedRows < DELETED_AT_ONCE) return deleted
  }
}
