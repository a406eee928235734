import { working } from '../kit/working.ts'
import type { World } from '../world.ts'
import { resetNotAllowed, userMissing } from './errors.ts'
import { makePanelUser } from './make-panel-user.ts'
import type { EnsureAsk, EnsuredAccount, UserCalls } from './panel-account.ts'
import { alone } from './panel-user-lease.ts'
import { resetPanelPassword } from './reset-panel-password.ts'
import { mayResetPassword } from './rules.ts'
import { externalAccountOf } from './store/panel-users.ts'
import { userById } from './store/users.ts'

/**
 * The customer's account on the panel: the one we know (no call), else one newly made (one call), else one that stands
 * there and is provably the customer's.
 * @throws Failure `accounts.panel_identity_conflict` (with a finding), `accounts.panel_user_unknown` and
 *   `accounts.panel_user_waits` (unavailable, with `retryAfterMs`), or what the panel's adapter throws
 */
export async function ensurePanelAccount(world: Pick<World, 'db' | 'panel' | 'now'>, ask: EnsureAsk): Promise<EnsuredAccount> {
  if (ask.resetPassword && !mayResetPassword(ask.by)) throw resetNotAllowed()
  const { panel, made } = counting(world.panel)
  const counted = { ...world, panel }

  const known = await externalAccountOf(world.db.q, ask.userId)
  if (known && !ask.resetPassword) return { account: known, password: null, callsMade: 0 }
  if (known) {
    const reset = () => resetPanelPassword(counted, { ...ask, account: known })
    const password = await working({ fn: 'create-pterodactyl-user', userId: known.userId }, reset)
    if (password !== null) return { account: known, password, callsMade: made() }
  }
  const user = await userById(world.db.q, ask.userId)
  if (!user) throw userMissing()
  const withPassword = ask.withPassword || Boolean(ask.resetPassword)
  return working({ fn: 'create-pterodactyl-user', userId: user.id }, async () => {
    const done = await alone(world, ask.call.signal, () => makePanelUser(counted, { ...ask, withPassword, user }))
    return { ...done, callsMade: made() }
  })
}

function counting(panel: UserCalls): { panel: UserCalls; made(): number } {
  let made = 0
  const count = <T>(answer: T): T => {
    made += 1
    return answer
  }
  return {
    made: () => made,
    panel: {
      userByExternalId: (...ask) => count(panel.userByExternalId(...ask)),
      usersByEmail: (...ask) => count(panel.usersByEmail(...ask)),
      userById: (...ask) => count(panel.userById(...ask)),
      createUser: (...ask) => count(panel.createUser(...ask)),
      updateUser: (...ask) => count(panel.updateUser(...ask)),
    },
  }
}
