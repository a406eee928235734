import { createHash } from 'node:crypto'
import { later } from '../kit/time.ts'
import type { World } from '../world.ts'
import { tooManyFailures } from './errors.ts'
import { FAILED_SIGN_INS } from './rules.ts'
import { countFailure, dropFailuresBefore, forgetFailures, uncountFailure } from './store/failed-sign-ins.ts'

/** What was typed as an e-mail may be anything, a password even: only its hash is kept. */
const hashOf = (email: string): string => createHash('sha256').update(email.trim().toLowerCase()).digest('hex')

/**
 * Runs one try to sign in, unless too many have failed for this e-mail, from whatever addresses. It counts as failed until
 * the password was right, so that tries at one moment cannot slip through together. The same for an e-mail that nobody has.
 * Who is signed in stays so, and a new password by mail opens it again.
 * @param signIn its answer's status: 401 is a wrong password
 * @throws Failure `accounts.too_many_failures`, 429
 */
export async function limitSignIns(world: Pick<World, 'db' | 'now'>, email: string, signIn: () => Promise<Response>): Promise<Response> {
  const accountHash = hashOf(email)
  const at = world.now()
  const ask = { accountHash, at, windowEndsAt: later(at, FAILED_SIGN_INS.windowMs) }
  const { failures, windowEndsAt } = await countFailure(world.db.q, ask)
  if (failures > FAILED_SIGN_INS.max) throw tooManyFailures(windowEndsAt.getTime() - at.getTime())
  const answer = await signIn()
  if (answer.status < 300) await forgetFailures(world.db.q, accountHash)
  else if (answer.status !== 401) await uncountFailure(world.db.q, accountHash)
  else if (failures === 1) await dropFailuresBefore(world.db.q, at)
  return answer
}

/** A new password was set by a link in a mail. */
export const signInAgain = (world: Pick<World, 'db'>, email: string): Promise<void> => forgetFailures(world.db.q, hashOf(email))
