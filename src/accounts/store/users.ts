import type { Queries, Tx } from '../../db/index.ts'
import type { Role } from '../contract.ts'

export interface User {
  id: string
  email: string
  name: string
  emailVerified: boolean
  role: Role
  /** Whether a second factor is set up. */
  twoFactorEnabled: boolean
}
/** Schema `auth` as better-auth sees it: its tables without the schema's name. */
export const authTables = (q: Queries): Queries => q.withSchema('auth')

const USER = ['id', 'email', 'name', 'emailVerified', 'role', 'twoFactorEnabled'] as const

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

/** Takes the second factor away: the next sign-in needs the password alone, and staff then set up a new one. */
export async function forgetSecondFactor(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.deleteFrom('auth.twoFactor').where('userId', '=', userId).execute()
  await tx.updateTable('auth.user').set({ twoFactorEnabled: false, updatedAt: at }).where('id', '=', userId).execute()
}
