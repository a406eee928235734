import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'

export type Digest = Selectable<Tables['digests']>

const columns = [sql<string>`day::text`.as('day'), 'lines', 'made_at'] as const

export const digestOf = async (q: Queries, day: string): Promise<Digest | null> =>
  (await q.selectFrom('digests').select(columns).where('day', '=', day).executeTakeFirst()) ?? null

/** Newest first. */
export const listDigests = (q: Queries, limit: number): Promise<Digest[]> =>
  q.selectFrom('digests').select(columns).orderBy('digests.day', 'desc').limit(limit).execute()

/** @returns false where this day has one already */
export const insertDigest = async (tx: Tx, digest: { day: string; lines: Digest['lines']; at: Date }): Promise<boolean> => {
  const done = await tx
    .insertInto('digests')
    .values({ day: digest.day, lines: JSON.stringify(digest.lines), made_at: digest.at })
    .onConflict((on) => on.column('day').doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Since when this shop is watched. */
export const watchedSince = async (q: Queries): Promise<Date | null> =>
  (
    await q
      .selectFrom('alert_rules')
      .select((e) => e.fn.min('made_at').as('at'))
      .executeTakeFirst()
  )?.at ?? null

export async function notTold(q: Queries, from: Date, to: Date): Promise<{ mails: number; notices: number }> {
  const { rows } = await sql<{ mails: number; notices: number }>`select
    (select count(*) from messages where status = 'failed' and created_at >= ${from} and created_at < ${to}) as mails,
    (select count(*) from alert_deliveries where status = 'failed' and kind <> 'test' and queued_at >= ${from} and queued_at < ${to}) as notices`.execute(
    q,
  )
  return rows[0] ?? { mails: 0, notices: 0 }
}
