import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { noSuchSession, userMissing } from './errors.ts'
import { endSession, endSessions, sessionById } from './store/sessions.ts'
import { userById } from './store/users.ts'

interface Because {
  by: Actor
  why?: string
  requestId?: string | null
}

/**
 * Ends one session at once.
 * @param ask.userId only this person's: another's is no session at all
 * @throws Failure `accounts.no_such_session`
 */
export const endOneSession = (world: Pick<World, 'db' | 'now'>, ask: { id: string; userId?: string } & Because): Promise<void> =>
  world.db.tx(async (tx) => {
    const session = await sessionById(tx, ask.id)
    if (!session || (ask.userId !== undefined && session.userId !== ask.userId)) throw noSuchSession()
    if (!(await endSession(tx, session.id))) return
    const { by, why = null, requestId = null } = ask
    const details = { userId: session.userId, userAgent: session.userAgent }
    await record(tx, {
      by,
      did: 'accounts.end_session',
      to: { type: 'user', id: session.userId },
      why,
      details,
      requestId,
      at: world.now(),
    })
  })

/** Ends every session of a person, or every one but that given. @returns how many */
export const endSessionsOf = (world: Pick<World, 'db' | 'now'>, ask: { userId: string; but?: string | null } & Because): Promise<number> =>
  world.db.tx(async (tx) => {
    if (!(await userById(tx, ask.userId))) throw userMissing()
    const ended = await endSessions(tx, { userId: ask.userId, but: ask.but ?? null })
    const { by, why = null, requestId = null } = ask
    const details = { ended, butThis: Boolean(ask.but) }
    await record(tx, { by, did: 'accounts.end_sessions', to: { type: 'user', id: ask.userId }, why, details, requestId, at: world.now() })
    return ended
  })
