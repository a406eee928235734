export {
  checkRestore,
  endRestoring,
  type RestoreAsk,
  type Restored,
  restoreBackup,
  type Taken,
  takeBackup,
} from './backup/index.ts'
export { databaseDown } from './database-down.ts'
export { type Db, openDb, type Queries, type SendWakes, type Tx, type Wake, wake } from './db.ts'
export { expectedIndexes } from './expected-indexes.ts'
export { PlanKeepingClient } from './kept-plans.ts'
export { allMigrations, migrate, pendingMigrations } from './migrate.ts'
export { type Kept, keepingPlan, keepPartitions } from './partitions/keep.ts'
export { isNeeded, type Partition, type Partitioned, partitionsOf } from './partitions/list.ts'
export type { Tables } from './tables.ts'
