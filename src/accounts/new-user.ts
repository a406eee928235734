import type { World } from '../world.ts'
import type { Auth } from './auth.ts'
import { personName } from './rules.ts'
import { type User, userByEmail } from './store/users.ts'

/** Makes an account without a password, and without any mail. Fails when the address has one. */
export async function newUser(world: Pick<World, 'db'>, auth: Auth, ask: { email: string; name?: string }): Promise<User> {
  const { internalAdapter } = await auth.$context
  const name = personName(ask.name ?? ask.email.split('@')[0] ?? '')
  await internalAdapter.createUser({ email: ask.email, name, emailVerified: false }, { method: 'admin' })
  const made = await userByEmail(world.db.q, ask.email)
  if (!made) throw new Error('the user just made is not there')
  return made
}
