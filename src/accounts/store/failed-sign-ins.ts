import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

/** Counts one more wrong password, in a window that begins with the first. @returns how many there are in it, and its end */
export async function countFailure(
  q: Queries,
  ask: { accountHash: string; at: Date; windowEndsAt: Date },
): Promise<{ failures: number; windowEndsAt: Date }> {
  const over = sql<boolean>`failed_sign_ins.window_ends_at <= ${ask.at}`
  const row = await q
    .insertInto('failed_sign_ins')
    .values({ account_hash: ask.accountHash, failures: 1, window_ends_at: ask.windowEndsAt })
    .onConflict((on) =>
      on.column('account_hash').doUpdateSet({
        failures: sql`case when ${over} then 1 else failed_sign_ins.failures + 1 end`,
        window_ends_at: sql`case when ${over} then excluded.window_ends_at else failed_sign_ins.window_ends_at end`,
      }),
    )
    .returning(['failures', 'window_ends_at'])
    .executeTakeFirstOrThrow()
  return { failures: row.failures, windowEndsAt: row.window_ends_at }
}

export async function uncountFailure(q: Queries, accountHash: string): Promise<void> {
  await q.updateTable('failed_sign_ins').set({ failures: sql`greatest(failures - 1, 0)` }).where('account_hash', '=', accountHash).execute()
}

export async function forgetFailures(q: Queries, accountHash: string): Promise<void> {
  await q.deleteFrom('failed_sign_ins').where('account_hash', '=', accountHash).execute()
}

/** What was typed once and never again must not stay for ever. */
export async function dropFailuresBefore(q: Queries, at: Date): Promise<void> {
  await q.deleteFrom('failed_sign_ins').where('window_ends_at', '<=', at).execute()
}
