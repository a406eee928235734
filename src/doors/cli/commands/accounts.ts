import type { Command } from 'commander'
import { ensurePanelAccount, externalAccountOf, type User, userByEmail, userById } from '../../../accounts/index.ts'
import { openFinding, resolveFinding } from '../../../findings/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import type { World } from '../../../world.ts'
import { cliActor, pairs, print, withWorld } from '../run.ts'

/** The whole address or the id: part of one could be somebody else, whose password would then be reset. */
async function customer(world: World, text: string): Promise<User> {
  const found = isUuid(text) ? await userById(world.db.q, text) : await userByEmail(world.db.q, text.trim())
  if (found) return found
  throw new Failure({
    code: 'accounts.no_such_customer',
    kind: 'missing',
    say: `There is no customer “${text}”.`,
    next: 'Give the customer’s id or the whole e-mail address.',
  })
}

export function accountCommands(program: Command): void {
  const accounts = program.command('accounts').description('Customers and their accounts on the panel.')

  accounts
    .command('show <customer>')
    .description('By id or e-mail.')
    .option('--json', 'print JSON')
    .action((text: string, options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const user = await customer(world, text)
          const panel = await externalAccountOf(world.db.q, user.id)
          return {
            value: { ...user, panel },
            text: pairs([
              ['customer', user.id],
              ['e-mail', `${user.email}${user.emailVerified ? '' : ' (not verified)'}`],
              ['role', user.role],
              ['panel user', panel ? `${panel.pterodactylUserId} (${panel.panelUsername})` : 'none yet'],
            ]),
          }
        }),
      ),
    )

  accounts
    .command('sync <customer>')
    .description('Make or find the customer’s panel account. A password is shown once, when newly made or reset.')
    .option('--reset-password', 'set a new password (never an administrator’s)')
    .option('--json', 'print JSON')
    .action((text: string, options: { resetPassword?: boolean; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const user = await customer(world, text)
          const { account, password } = await ensurePanelAccount(world, {
            userId: user.id,
            call: { share: 'staff' },
            withPassword: true,
            resetPassword: options.resetPassword ?? false,
            by: cliActor(),
            findings: { openFinding, resolveFinding },
          })
          return {
            value: {
              pterodactyl_user_id: account.pterodactylUserId,
              panel_username: account.panelUsername,
              ...(password ? { password } : {}),
            },
            text: pairs([
              ['panel user', account.pterodactylUserId],
              ['login', account.panelUsername],
              ['password', password ?? 'unchanged'],
            ]),
          }
        }),
      ),
    )
}
