import { record } from '../audit/index.ts'
import { systemActor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import type { Auth } from './auth.ts'
import { newUser } from './new-user.ts'
import { setEmailVerified, setRole, type User, userByEmail } from './store/users.ts'

/** For a sandbox: an operator with a password that is known, address confirmed. Run again, it sets the same things again. */
export async function makeDemoOperator(
  world: Pick<World, 'db' | 'now'>,
  auth: Auth,
  ask: { email: string; password: string },
): Promise<User> {
  const email = ask.email.toLowerCase()
  const user = (await userByEmail(world.db.q, email)) ?? (await newUser(world, auth, { email, name: 'Demo Operator' }))
  const { internalAdapter, password } = await auth.$context
  const known = await internalAdapter.findCredentialAccount(user.id)
  if (!known?.password || !(await password.verify({ hash: known.password, password: ask.password }))) {
    const hash = await password.hash(ask.password)
    if (known) await internalAdapter.updatePassword(user.id, hash)
    else await internalAdapter.createAccount({ userId: user.id, providerId: 'credential', accountId: user.id, password: hash })
  }
  const ready: User = { ...user, role: 'operator', emailVerified: true }
  if (user.role === 'operator' && user.emailVerified) return ready
  await world.db.tx(async (tx) => {
    const at = world.now()
    await setEmailVerified(tx, user.id, at)
    await setRole(tx, user.id, 'operator', at)
    const details = { from: user.role, to: 'operator' }
    await record(tx, { by: systemActor('sandbox'), did: 'accounts.set_role', to: { type: 'user', id: user.id }, details, at })
  })
  return ready
}
