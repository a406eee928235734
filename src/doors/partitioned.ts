import { inboxPartitions } from '../billing/index.ts'
import { keepPartitions, type Partitioned } from '../db/index.ts'
import { logPartitions } from '../operations/index.ts'
import { timelinePartitions } from '../orders/index.ts'
import type { World } from '../world.ts'

export interface KeepDays {
  webhookKeepDays: number
  callKeepDays: number
  timelineKeepDays: number
  logKeepDays: number
}

/** Every table that stands in partitions, with how long it is kept. */
export const partitionedTables = (keep: KeepDays): Partitioned[] => [
  inboxPartitions(keep.webhookKeepDays),
  ...timelinePartitions({ calls: keep.callKeepDays, notes: keep.timelineKeepDays }),
  logPartitions(keep.logKeepDays),
]

/** Makes and drops partitions of all of them. */
export async function keepAllPartitions(world: Pick<World, 'db' | 'now' | 'log'>, keep: KeepDays): Promise<void> {
  for (const table of partitionedTables(keep)) {
    const kept = await keepPartitions(world.db, table, world.now())
    if (kept.created.length + kept.dropped.length + kept.moved + kept.deleted > 0) world.log.info(kept, 'partitions were made or dropped')
    if (kept.busy.length + kept.left > 0) world.log.warn(kept, 'partitions wait for the next time')
  }
}
