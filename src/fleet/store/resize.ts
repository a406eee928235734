import { sql } from 'kysely'
import type { Tx } from '../../db/index.ts'
import type { Reservation } from './reservations.ts'

/** What a node still has, in MiB; less than nothing where strangers or a new headroom take more than there is. */
export interface NodeRoom {
  freeRamMb: number
  freeDiskMb: number
}

/** Under lockReservation. */
export const roomOfNode = (tx: Tx, nodeId: number): Promise<NodeRoom> =>
  tx
    .selectFrom('ptero_nodes')
    .select(['free_ram_mb as freeRamMb', 'free_disk_mb as freeDiskMb'])
    .where('id', '=', nodeId)
    .executeTakeFirstOrThrow()

/** A reservation of another size, and its node's totals with it; under lockReservation. */
export async function saveSize(tx: Tx, from: Reservation, to: { ramMb: number; diskMb: number }, at: Date): Promise<void> {
  const [ramMb, diskMb] = [to.ramMb - from.ramMb, to.diskMb - from.diskMb]
  await tx.updateTable('reservations').set({ ram_mb: to.ramMb, disk_mb: to.diskMb }).where('id', '=', from.id).execute()
  await tx
    .updateTable('ptero_nodes')
    .set({
      reserved_ram_mb: sql<number>`reserved_ram_mb + ${ramMb}`,
      reserved_disk_mb: sql<number>`reserved_disk_mb + ${diskMb}`,
      held_ram_mb: sql<number>`held_ram_mb + ${from.state === 'held' ? ramMb : 0}`,
      updated_at: at,
    })
    .where('id', '=', from.nodeId)
    .execute()
}
