import type { Queries, Tx } from '../../db/index.ts'
import type { Role } from '../contract.ts'
import { userMissing } from '../errors.ts'

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

export async function requireUser(q: Queries, id: string): Promise<User> {
  const user = await userById(q, id)
  if (!user) throw userMissing()
  return user
}

/** Highest role first, then by e-mail. */
export const staffMembers = (q: Queries): Promise<User[]> =>
  q
    .selectFrom('auth.user')
    .select(USER)
    .where('role', '<>', 'customer')
    .orderBy((e) => e.case().when('role', '=', 'admin').then(0).when('role', '=', 'operator').then(1).else(2).end())
    .orderBy('email')
    .execute()

export const lockUser = async (tx: Tx, id: string): Promise<User | null> =>
  (await tx.selectFrom('auth.user').select(USER).where('id', '=', id).forUpdate().executeTakeFirst()) ?? null

/** Locks every administrator, in one order for all. */
export const lockAdmins = (tx: Tx): Promise<{ id: string }[]> =>
  tx.selectFrom('auth.user').select('id').where('role', '=', 'admin').orderBy('id').forUpdate().execute()

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
