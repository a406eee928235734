import { endRestoring, type Queries, type Tx } from '../../db/index.ts'

export interface TakenBackup {
  /** The instant that it shows. */
  takenAt: Date
  finishedAt: Date
  file: string
  bytes: number
  rows: number
  takenBy: string
}

export async function lastBackup(q: Queries): Promise<TakenBackup | null> {
  const row = await q.selectFrom('backups').selectAll().orderBy('taken_at', 'desc').limit(1).executeTakeFirst()
  if (!row) return null
  return {
    takenAt: row.taken_at,
    finishedAt: row.finished_at,
    file: row.file,
    bytes: row.bytes,
    rows: row.row_count,
    takenBy: row.taken_by,
  }
}

export async function addBackup(tx: Tx, taken: TakenBackup): Promise<void> {
  await tx
    .insertInto('backups')
    .values({
      taken_at: taken.takenAt,
      finished_at: taken.finishedAt,
      file: taken.file,
      bytes: taken.bytes,
      row_count: taken.rows,
      taken_by: taken.takenBy,
    })
    .execute()
}

/** When this database was last made of a backup; null: it never was. */
export async function lastRestoration(q: Queries): Promise<{ restoredAt: Date; takenAt: Date } | null> {
  const row = await q.selectFrom('restorations').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row ? { restoredAt: row.restored_at, takenAt: row.taken_at } : null
}

/** Says that the database is a restored one, and whole. */
export async function addRestoration(tx: Tx, restored: { at: Date; takenAt: Date; by: string }): Promise<void> {
  await tx.insertInto('restorations').values({ restored_at: restored.at, taken_at: restored.takenAt, restored_by: restored.by }).execute()
  await endRestoring(tx)
}
