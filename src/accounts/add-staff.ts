import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import type { Auth } from './auth.ts'
import type { Role } from './contract.ts'
import { noEmailAddress } from './errors.ts'
import { newUser } from './new-user.ts'
import { isEmail } from './rules.ts'
import { setRole, type User, userByEmail } from './store/users.ts'

/**
 * Gives somebody a role, `customer` to take it away; works from the next request on. Whoever has no account yet gets one,
 * and a mail to set its password.
 * @returns `invited` when the account is new
 */
export async function addStaff(
  world: Pick<World, 'db' | 'now'>,
  auth: Auth,
  ask: { email: string; role: Role; by: Actor; why?: string },
): Promise<{ user: User; invited: boolean }> {
  const email = ask.email.trim().toLowerCase()
  if (!isEmail(email)) throw noEmailAddress(ask.email)
  const known = await userByEmail(world.db.q, email)
  const user = known ?? (await newUser(world, auth, { email }))
  await world.db.tx(async (tx) => {
    const at = world.now()
    await setRole(tx, user.id, ask.role, at)
    await record(tx, {
      by: ask.by,
      did: 'accounts.set_role',
      to: { type: 'user', id: user.id },
      why: ask.why ?? null,
      details: { from: user.role, to: ask.role },
      at,
    })
  })
  if (!known) await auth.api.requestPasswordReset({ body: { email } })
  return { user: { ...user, role: ask.role }, invited: !known }
}
