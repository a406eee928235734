import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { keysMakeNoAccess, notYourOwn, userMissing } from './errors.ts'
import { endSessions } from './store/sessions.ts'
import { forgetSecondFactor, type User, userById } from './store/users.ts'

/**
 * For who lost the phone: the second factor is gone and the person signed out; staff set up a new one at the next sign-in.
 * Nobody does it to themselves: a session left open would be enough to take it over.
 */
export const resetSecondFactor = (
  world: Pick<World, 'db' | 'now'>,
  ask: { by: Actor; userId: string; reason: string; requestId?: string | null },
): Promise<User> =>
  world.db.tx(async (tx) => {
    if (ask.by.kind === 'key') throw keysMakeNoAccess()
    if (ask.by.kind === 'user' && ask.by.id === ask.userId) throw notYourOwn()
    const user = await userById(tx, ask.userId)
    if (!user) throw userMissing()
    const at = world.now()
    await forgetSecondFactor(tx, user.id, at)
    const ended = await endSessions(tx, { userId: user.id })
    await record(tx, {
      by: ask.by,
      did: 'accounts.reset_second_factor',
      to: { type: 'user', id: user.id },
      why: ask.reason,
      details: { had: user.twoFactorEnabled, ended },
      requestId: ask.requestId ?? null,
      at,
    })
    return { ...user, twoFactorEnabled: false }
  })
