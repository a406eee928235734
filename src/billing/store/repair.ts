import type { Queries } from '../../db/index.ts'

/** An event that was put off is due. @returns false when it is handled, or not there */
export async function dueNow(q: Queries, id: string, at: Date): Promise<boolean> {
  const done = await q
    .updateTable('stripe_events')
    .set({ next_attempt_at: at })
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}
