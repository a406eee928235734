import type { Selectable } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'

/** Customer ↔ panel user. */
export interface ExternalAccount {
  userId: string
  pterodactylUserId: number
  panelUsername: string
  panelEmail: string
  /** It stood on the panel before us: its password is its owner's. */
  adopted: boolean
  createdAt: Date
}

const accountOf = (row: Selectable<Tables['external_accounts']>): ExternalAccount => ({
  userId: row.user_id,
  pterodactylUserId: row.pterodactyl_user_id,
  panelUsername: row.panel_username,
  panelEmail: row.panel_email,
  adopted: row.adopted,
  createdAt: row.created_at,
})

export async function externalAccountOf(q: Queries, userId: string): Promise<ExternalAccount | null> {
  const row = await q.selectFrom('external_accounts').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row ? accountOf(row) : null
}

/** Two processes may find the same panel user; the row that was first counts. */
export async function saveExternalAccount(tx: Tx, account: ExternalAccount): Promise<void> {
  const { createdAt } = account
  await tx
    .insertInto('external_accounts')
    .values({
      user_id: account.userId,
      pterodactyl_user_id: account.pterodactylUserId,
      panel_username: account.panelUsername,
      panel_email: account.panelEmail,
      adopted: account.adopted,
      created_at: createdAt,
      updated_at: createdAt,
    })
    .onConflict((on) => on.column('user_id').doNothing())
    .execute()
}

/** Forgets the panel's account of a customer, because the panel no longer has it; the next one asked for is made anew. */
export async function forgetPanelUser(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('external_accounts').where('user_id', '=', userId).execute()
}

/** Takes the lease if it is free or ours. @returns whether it is ours now */
export async function takeLease(q: Queries, ask: { holder: string; at: Date; until: Date }): Promise<boolean> {
  const done = await q
    .updateTable('panel_user_lease')
    .set({ holder: ask.holder, expires_at: ask.until })
    .where((e) => e.or([e('holder', 'is', null), e('holder', '=', ask.holder), e('expires_at', '<=', ask.at)]))
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

export async function dropLease(q: Queries, holder: string): Promise<void> {
  await q.updateTable('panel_user_lease').set({ holder: null, expires_at: null }).where('holder', '=', holder).execute()
}

/** A POST /users that was about to be sent, and of which no answer is known. */
export interface Attempt {
  username: string
  startedAt: Date
}

export async function openAttempt(q: Queries, userId: string): Promise<Attempt | null> {
  const row = await q.selectFrom('panel_user_attempts').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row ? { username: row.username, startedAt: row.started_at } : null
}

export async function saveAttempt(q: Queries, userId: string, attempt: Attempt): Promise<void> {
  const values = { username: attempt.username, started_at: attempt.startedAt }
  await q
    .insertInto('panel_user_attempts')
    .values({ user_id: userId, ...values })
    .onConflict((on) => on.column('user_id').doUpdateSet(values))
    .execute()
}

export async function closeAttempt(q: Queries, userId: string): Promise<void> {
  await q.deleteFrom('panel_user_attempts').where('user_id', '=', userId).execute()
}
