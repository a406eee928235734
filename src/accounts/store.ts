import type { Selectable } from 'kysely'
import type { Queries, Tables } from '../db/index.ts'
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

const USER = ['id', 'email', 'name', 'emailVerified', 'role'] as const

export const userById = async (q: Queries, id: string): Promise<User | null> =>
  (await q.selectFrom('auth.user').select(USER).where('id', '=', id).executeTakeFirst()) ?? null

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
