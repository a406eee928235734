export { databaseDown } from './database-down.ts'
export { type Db, openDb, type Queries, type SendWakes, type Tx, type Wake, wake } from './db.ts'
export { allMigrations, migrate, pendingMigrations } from './migrate.ts'
export type { Tables } from './tables.ts'
