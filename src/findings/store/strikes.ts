import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

/** Work on a key failed by a fault of ours. @returns how often in a row */
export async function addStrike(q: Queries, ask: { queue: string; key: string; error: string; at: Date }): Promise<number> {
  const row = await q
    .insertInto('strikes')
    .values({ queue: ask.queue, key: ask.key, count: 1, first_at: ask.at, last_at: ask.at, error: ask.error })
    .onConflict((on) => on.columns(['queue', 'key']).doUpdateSet({ count: sql`strikes.count + 1`, last_at: ask.at, error: ask.error }))
    .returning('count')
    .executeTakeFirstOrThrow()
  return row.count
}

/** It went through, or somebody else has the matter. @returns how many there were */
export async function clearStrikes(q: Queries, ask: { queue: string; key: string }): Promise<number> {
  const row = await q.deleteFrom('strikes').where('queue', '=', ask.queue).where('key', '=', ask.key).returning('count').executeTakeFirst()
  return row?.count ?? 0
}

export const struckKeys = async (q: Queries, queue: string): Promise<string[]> =>
  (await q.selectFrom('strikes').select('key').where('queue', '=', queue).execute()).map((row) => row.key)
