import type { Tx } from '../../db/index.ts'

/** Of a backup: what waited to be told may have been told since, and is of another day; what is still wrong is found anew. */
export async function holdDeliveries(tx: Tx): Promise<void> {
  await tx
    .updateTable('alert_deliveries')
    .set({ status: 'failed', last_error: 'It waited when the backup was taken, and may have been told since.' })
    .where('status', '=', 'queued')
    .execute()
}
