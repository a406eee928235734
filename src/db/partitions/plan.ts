import type { Partition, Partitioned } from './list.ts'
import { type Period, periodOf } from './periods.ts'

/** More rows than these are not moved out of the default partition: writers would wait for it. */
export const MOVED_MAX = 20_000
const DAY_MS = 86_400_000

export interface Seen {
  partitions: Partition[]
  /** What lies in the default partition, by period. */
  strays: { from: Date; rows: number }[]
}
export interface KeepingPlan {
  /** Partitions to make. What the default one holds for them moves in. */
  create: Period[]
  /** Older than is kept. */
  drop: string[]
  /** Rows of the default partition before this instant are older than is kept. */
  deleteBefore: Date
  /** Rows that stay in the default partition: too many to move, or of a far future. They are removed when their time is over. */
  left: number
}

/** What is to be done to a table's partitions now. */
export function planKeeping({ every, aheadCount, keepDays }: Partitioned, { partitions, strays }: Seen, now: Date): KeepingPlan {
  const cutoff = new Date(now.getTime() - keepDays * DAY_MS)
  const deleteBefore = periodOf(every, cutoff).from
  const ahead = Array.from({ length: aheadCount + 1 }, (_, i) => periodOf(every, now, i))
  const end = ahead.at(-1)?.to ?? now
  const covered = ({ from, to }: Period) => partitions.some((one) => one.from !== null && one.to !== null && one.from < to && from < one.to)
  const strayed = strays.filter((one) => one.from >= deleteBefore)
  const tooMany = strayed.filter((one) => one.rows > MOVED_MAX || one.from >= end)
  const movable = strayed.filter((one) => !tooMany.includes(one)).map((one) => periodOf(every, one.from))
  const wanted = new Map([...ahead, ...movable].map((period) => [period.from.getTime(), period]))
  for (const { from } of tooMany) wanted.delete(from.getTime())
  return {
    create: [...wanted.values()].filter((period) => !covered(period)).sort((a, b) => a.from.getTime() - b.from.getTime()),
    drop: partitions.filter((one) => one.to !== null && one.to <= cutoff).map((one) => one.name),
    deleteBefore,
    left: tooMany.reduce((sum, one) => sum + one.rows, 0),
  }
}
