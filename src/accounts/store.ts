import type { Selectable } from 'kysely'
import type { Queries, Tables, Tx } from '../db/index.ts'
import type { Role } from './contract.ts'

export interface User {
  id: string
  email: string
  name: string
  emailVerified: boolean
  role: Role
}
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

/** Schema `auth` as better-auth sees it: its tables without the schema's name. */
export const authTables = (q: Queries): Queries => q.withSchema('auth')

const USER = ['id', 'email', 'name', 'emailVerified', 'role'] as const

export const userById = async (q: Queries, id: string): Promise<User | null> =>
  (await q.selectFrom('auth.user').select(USER).where('id', '=', id).executeTakeFirst()) ?? null

export const userByEmail = async (q: Queries, email: string): Promise<User | null> =>
  (await q.selectFrom('auth.user').select(USER).where('email', '=', email.toLowerCase()).executeTakeFirst()) ?? null

export async function setRole(tx: Tx, userId: string, role: Role, at: Date): Promise<void> {
  await tx.updateTable('auth.user').set({ role, updatedAt: at }).where('id', '=', userId).execute()
}

export async function setEmailVerified(q: Queries, userId: string, at: Date): Promise<void> {
  await q.updateTable('auth.user').set({ emailVerified: true, updatedAt: at }).where('id', '=', userId).execute()
}

/** Users whose address contains the text, for the console's search; at most 50. */
export const usersByEmail = (q: Queries, text: string): Promise<User[]> =>
  q
    .selectFrom('auth.user')
    .select(USER)
    .where('email', 'like', `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`)
    .orderBy('email')
    .limit(50)
    .execute()

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

export async function stripeCustomerOf(q: Queries, userId: string): Promise<string | null> {
  const row = await q.selectFrom('stripe_customers').select('stripe_customer_id').where('user_id', '=', userId).executeTakeFirst()
  return row?.stripe_customer_id ?? null
}

/** @returns the id that counts: another process may have been first */
export async function saveStripeCustomer(q: Queries, ask: { userId: string; customerId: string; at: Date }): Promise<string> {
  await q
    .insertInto('stripe_customers')
    .values({ user_id: ask.userId, stripe_customer_id: ask.customerId, created_at: ask.at })
    .onConflict((on) => on.column('user_id').doNothing())
    .execute()
  return (await stripeCustomerOf(q, ask.userId)) ?? ask.customerId
}
