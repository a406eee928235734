import type { World } from '../world.ts'
import type { SessionView, StaffMember } from './contract.ts'
import { liveKeysBy } from './store/keys.ts'
import { type Session, sessionsOf } from './store/sessions.ts'
import { staffMembers, type User } from './store/users.ts'

/** Everybody with a role, highest first, with what they have open. */
export async function listStaff(world: Pick<World, 'db' | 'now'>): Promise<StaffMember[]> {
  return present(world, await staffMembers(world.db.q))
}

export async function presentStaff(world: Pick<World, 'db' | 'now'>, user: User): Promise<StaffMember> {
  const [member] = await present(world, [user])
  if (!member) throw new Error('one person in, none out')
  return member
}

async function present(world: Pick<World, 'db' | 'now'>, users: User[]): Promise<StaffMember[]> {
  const { q } = world.db
  const ids = users.map(({ id }) => id)
  const [sessions, keys] = await Promise.all([sessionsOf(q, ids, world.now()), liveKeysBy(q, ids, world.now())])
  return users.map(({ id, email, name, role, twoFactorEnabled }) => ({
    id,
    email,
    name,
    role,
    secondFactor: twoFactorEnabled,
    liveKeys: keys.filter(({ createdBy }) => createdBy === id).map(({ name: keyName }) => keyName),
    sessions: sessions.filter(({ userId }) => userId === id).map((one) => presentSession(one, null)),
  }))
}

/** @param current the session that asks */
export const presentSession = (session: Session, current: string | null): SessionView => ({
  id: session.id,
  current: session.id === current,
  createdAt: session.createdAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  ipAddress: session.ipAddress || null,
  userAgent: session.userAgent || null,
  secondFactor: session.secondFactorAt !== null,
})
