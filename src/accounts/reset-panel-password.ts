import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { PanelCall } from '../outside/panel/types.ts'
import type { World } from '../world.ts'
import { panelAdministrator, panelUserNotOurs } from './errors.ts'
import { newPassword } from './new-password.ts'
import type { UserCalls } from './panel-account.ts'
import { type ExternalAccount, forgetPanelUser } from './store/panel-users.ts'

/**
 * Sets a new password on the panel, after asking the panel afresh whose account it is.
 * @returns the password; null when the panel no longer has the account, which is forgotten then
 */
export async function resetPanelPassword(
  world: Pick<World, 'db' | 'now'> & { panel: UserCalls },
  ask: { account: ExternalAccount; call: PanelCall; by: Actor },
): Promise<string | null> {
  const { account, call, by } = ask
  const found = await world.panel.userById(call, account.pterodactylUserId)
  const deed = { by, to: { type: 'user', id: account.userId }, details: { pterodactylUserId: account.pterodactylUserId } }
  if (!found) {
    await world.db.tx(async (tx) => {
      await forgetPanelUser(tx, account.userId)
      await record(tx, { ...deed, did: 'accounts.forget_panel_user', why: 'the panel no longer has it', at: world.now() })
    })
    return null
  }
  if (found.rootAdmin) throw panelAdministrator()
  if (found.externalId !== null && found.externalId !== account.userId) throw panelUserNotOurs()
  const password = newPassword()
  // Written before the call: a reset whose answer is lost must not be missing here.
  await world.db.tx((tx) => record(tx, { ...deed, did: 'accounts.reset_panel_password', at: world.now() }))
  await world.panel.updateUser(call, found, { password })
  return password
}
