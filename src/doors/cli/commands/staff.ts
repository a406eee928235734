import { type Command, Option } from 'commander'
import { StaffAsk, type StaffMember, StaffRole, WhyAsk } from '../../../accounts/contract.ts'
import { addStaff, endSessionsOf, listStaff, presentStaff, removeStaff, resetSecondFactor } from '../../../accounts/index.ts'
import { authOf } from '../../build-auth.ts'
import { cliActor, print, table, withWorld } from '../run.ts'
import { customer } from './accounts.ts'

interface Because {
  reason: string
  json?: boolean
}

export function staffCommands(program: Command): void {
  const staff = program.command('staff').description('People who work here.')
  const onPerson = (name: string, description: string) =>
    staff
      .command(`${name} <person>`)
      .description(description)
      .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
      .option('--json', 'print JSON')

  staff
    .command('list')
    .description('Everybody with a role.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const value = await listStaff(world)
          return { value, text: table(HEAD, value.map(row)) }
        }),
      ),
    )

  onPerson('grant', 'Give a person a role; somebody without an account is sent a mail to set a password.')
    .alias('add')
    .addOption(new Option('--role <role>').choices(StaffRole.options).makeOptionMandatory())
    .action((email: string, { role, reason, ...options }: Because & { role: string }) =>
      print(options, () =>
        withWorld(async (world, config) => {
          const ask = StaffAsk.parse({ email, role, reason })
          const { user, invited } = await addStaff(world, authOf(world, config), { ...ask, by: cliActor(), why: reason })
          const mail = invited ? ' A mail to set a password is on its way.' : ''
          return { value: { ...user, invited }, text: `${user.email} is ${user.role} now.${mail}` }
        }),
      ),
    )

  onPerson('revoke', 'Take the role away and sign the person out at once. By e-mail or id.').action((text: string, options: Because) =>
    print(options, () =>
      withWorld(async (world) => {
        const { id: userId } = await customer(world, text)
        const ask = { by: cliActor(), userId, why: WhyAsk.parse({ reason: options.reason }).reason }
        const value = await presentStaff(world, await removeStaff(world, ask))
        const keys = value.liveKeys.length > 0 ? ` Keys they made still work: ${value.liveKeys.join(', ')}; see \`keys revoke\`.` : ''
        return { value, text: `${value.email} is no longer staff.${keys}` }
      }),
    ),
  )

  onPerson('reset-second-factor', 'Forget the authenticator app of somebody who lost it, and sign them out.').action(
    (text: string, options: Because) =>
      print(options, () =>
        withWorld(async (world) => {
          const { id: userId } = await customer(world, text)
          const value = await resetSecondFactor(world, { by: cliActor(), userId, ...WhyAsk.parse({ reason: options.reason }) })
          return { value, text: `${value.email} signs in with the password alone, and sets up a new second factor then.` }
        }),
      ),
  )

  onPerson('sign-out', 'End every session of a person, staff or customer.').action((text: string, options: Because) =>
    print(options, () =>
      withWorld(async (world) => {
        const { id: userId, email } = await customer(world, text)
        const ended = await endSessionsOf(world, { by: cliActor(), userId, why: WhyAsk.parse({ reason: options.reason }).reason })
        return { value: { id: userId, ended }, text: `${email}: ${ended} ended.` }
      }),
    ),
  )
}

const HEAD = ['id', 'e-mail', 'role', 'second factor', 'sessions', 'keys made']
const row = (one: StaffMember) => [
  one.id,
  one.email,
  one.role,
  one.secondFactor ? 'yes' : 'no',
  one.sessions.length,
  one.liveKeys.join(', '),
]
