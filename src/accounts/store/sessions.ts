import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'

/** A session as its owner and administrators may see it: never its token. */
export interface Session {
  id: string
  userId: string
  createdAt: Date
  expiresAt: Date
  ipAddress: string | null
  userAgent: string | null
  secondFactorAt: Date | null
}

const COLUMNS = ['id', 'userId', 'createdAt', 'expiresAt', 'ipAddress', 'userAgent', 'secondFactorAt'] as const

/** Newest first; those that are over are left out. */
export const sessionsOf = (q: Queries, userIds: string[], now: Date): Promise<Session[]> =>
  userIds.length === 0
    ? Promise.resolve([])
    : q
        .selectFrom('auth.session')
        .select(COLUMNS)
        .where('userId', 'in', userIds)
        .where('expiresAt', '>', now)
        .orderBy('createdAt', 'desc')
        .orderBy('id')
        .execute()

export const sessionById = async (q: Queries, id: string): Promise<Session | null> =>
  (await q.selectFrom('auth.session').select(COLUMNS).where('id', '=', id).executeTakeFirst()) ?? null

/** @returns whether it was there */
export async function endSession(tx: Tx, id: string): Promise<boolean> {
  const done = await tx.deleteFrom('auth.session').where('id', '=', id).executeTakeFirst()
  return done.numDeletedRows > 0n
}

/** Ends a person's sessions, all or all but one. @returns how many */
export async function endSessions(tx: Tx, ask: { userId: string; but?: string | null }): Promise<number> {
  let ending = tx.deleteFrom('auth.session').where('userId', '=', ask.userId)
  if (ask.but) ending = ending.where('id', '<>', ask.but)
  return Number((await ending.executeTakeFirst()).numDeletedRows)
}

/** Of a backup: sessions may have been ended since, and links used. Everybody signs in anew. */
export async function endEverySession(tx: Tx): Promise<void> {
  await tx.deleteFrom('auth.session').execute()
  await sql`delete from auth.verification`.execute(tx)
}
