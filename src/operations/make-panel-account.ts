import type { PanelUserAnswer } from '../accounts/contract.ts'
import { ensurePanelAccount } from '../accounts/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import type { World } from '../world.ts'
import { addressNotConfirmed, anotherUser, panelTrouble, resetByServiceOnly } from './errors.ts'

export interface PanelAccountAsk {
  by: Actor
  /** Whether a person who asks has confirmed the e-mail address. */
  verified: boolean
  userId: string
  resetPassword: boolean
  signal?: AbortSignal
}

/**
 * The customer's account on the panel, made if there is none. The password is told once, when it was newly made or reset.
 * @throws operations.not_your_account, operations.address_not_confirmed, operations.reset_by_service_only, what accounts throws, 503 when the panel fails
 */
export async function makePanelAccount(world: Pick<World, 'db' | 'panel' | 'now'>, ask: PanelAccountAsk): Promise<PanelUserAnswer> {
  const { by, verified, userId, resetPassword, signal } = ask
  if (by.kind !== 'service' && by.id !== userId) throw anotherUser()
  if (by.kind !== 'service' && resetPassword) throw resetByServiceOnly()
  // Else anybody could make the panel account of an address that is not theirs, and know its password when its owner comes.
  if (by.kind !== 'service' && !verified) throw addressNotConfirmed()
  try {
    const { account, password } = await ensurePanelAccount(world, {
      userId,
      by,
      resetPassword,
      withPassword: true,
      call: { share: 'staff', ...(signal ? { signal } : {}) },
      findings: { openFinding, resolveFinding },
    })
    return {
      pterodactyl_user_id: account.pterodactylUserId,
      panel_username: account.panelUsername,
      ...(password === null ? {} : { password }),
    }
  } catch (thrown) {
    throw panelTrouble(asFailure(thrown))
  }
}
