import { record } from '../audit/index.ts'
import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import type { Auth } from './auth.ts'
import type { Role } from './contract.ts'
import { keysMakeNoAccess, lastAdmin, noEmailAddress, userMissing } from './errors.ts'
import { newUser } from './new-user.ts'
import { isEmail, isLess } from './rules.ts'
import { endSessions } from './store/sessions.ts'
import { lockAdmins, lockUser, setRole, type User, userByEmail } from './store/users.ts'

interface Because {
  by: Actor
  why?: string
  requestId?: string | null
}

/**
 * Gives somebody a role; works from the next request on. Whoever has no account yet gets one, and a mail to set its password.
 * @returns `invited` when the account is new
 */
export async function addStaff(
  world: Pick<World, 'db' | 'now'>,
  auth: Auth,
  ask: { email: string; role: Role } & Because,
): Promise<{ user: User; invited: boolean }> {
  if (ask.by.kind === 'key') throw keysMakeNoAccess()
  const email = ask.email.trim().toLowerCase()
  if (!isEmail(email)) throw noEmailAddress(ask.email)
  const known = await userByEmail(world.db.q, email)
  const { id } = known ?? (await newUser(world, auth, { email }))
  const user = await world.db.tx((tx) => changeRole(tx, { ...ask, userId: id, at: world.now() }))
  if (!known) await auth.api.requestPasswordReset({ body: { email } })
  return { user, invited: !known }
}

/** Makes staff a customer again, signed out at once. @throws Failure `accounts.last_admin`, `accounts.no_such_user` */
export const removeStaff = (world: Pick<World, 'db' | 'now'>, ask: { userId: string } & Because): Promise<User> => {
  if (ask.by.kind === 'key') throw keysMakeNoAccess()
  return world.db.tx((tx) => changeRole(tx, { ...ask, role: 'customer', at: world.now() }))
}

async function changeRole(tx: Tx, ask: { userId: string; role: Role; at: Date } & Because): Promise<User> {
  // All administrators are locked first: two who remove each other at one moment must leave one.
  const admins = await lockAdmins(tx)
  const user = await lockUser(tx, ask.userId)
  if (!user) throw userMissing()
  if (user.role === ask.role) return user
  if (user.role === 'admin' && admins.length === 1) throw lastAdmin()
  await setRole(tx, user.id, ask.role, ask.at)
  const ended = isLess(ask.role, user.role) ? await endSessions(tx, { userId: user.id }) : 0
  await record(tx, {
    by: ask.by,
    did: 'accounts.set_role',
    to: { type: 'user', id: user.id },
    why: ask.why ?? null,
    details: { from: user.role, to: ask.role, ...(ended > 0 ? { ended } : {}) },
    requestId: ask.requestId ?? null,
    at: ask.at,
  })
  return { ...user, role: ask.role }
}
