import { record } from '../../audit/index.ts'
import type { Actor } from '../../kit/actor.ts'
import type { World } from '../../world.ts'
import { addBackup, type TakenBackup } from '../store/backups.ts'

/** Remembers a backup that was taken: its age is watched, and that somebody took the customers' data with it is on record. */
export async function noteBackup(world: Pick<World, 'db'>, ask: { by: Actor; taken: Omit<TakenBackup, 'takenBy'> }): Promise<void> {
  const { by, taken } = ask
  await world.db.tx(async (tx) => {
    await addBackup(tx, { ...taken, takenBy: by.id })
    await record(tx, {
      by,
      did: 'operations.backup_taken',
      to: { type: 'backup', id: taken.file },
      details: { bytes: taken.bytes, rows: taken.rows },
      at: taken.finishedAt,
    })
  })
}
