import { type Command, Option } from 'commander'
import { StaffAdded, StaffList, StaffMember, StaffRole } from '../../../accounts/contract.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { type Api, type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table } from '../run.ts'

const STAFF = '/api/ops/staff'
interface Because extends ApiOptions {
  reason: string
}

/** By id anybody, by e-mail only staff: the whole address, since part of one could be somebody else. */
async function idOf(api: Api, person: string): Promise<string> {
  if (isUuid(person)) return person
  const { staff } = await api.get(StaffList, STAFF)
  const found = staff.find(({ email }) => email === person.trim().toLowerCase())
  if (found) return found.id
  throw new Failure({
    code: 'accounts.no_such_staff',
    kind: 'missing',
    say: `“${person}” is nobody of the staff.`,
    next: 'Give the whole e-mail address, or the id; see `staff list`.',
  })
}

export function staffCommands(program: Command): void {
  const staff = program.command('staff').description('People who work here.')
  const because = (command: Command) =>
    fromElsewhere(command).option('--reason <text>', 'kept in the audit log', 'asked for at the command line')

  fromElsewhere(staff.command('list'))
    .description('Everybody with a role.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { staff: value } = await api.get(StaffList, STAFF)
          return { value, text: table(HEAD, value.map(row)) }
        }),
      ),
    )

  because(staff.command('grant <email>').alias('add'))
    .description('Give a person a role; somebody without an account is sent a mail to set a password. On the host: a key gives no roles.')
    .addOption(new Option('--role <role>').choices(StaffRole.options).makeOptionMandatory())
    .action((email: string, options: Because & { role: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { role, reason } = options
          const value = await api.send(StaffAdded, 'POST', STAFF, { email, role, reason })
          const mail = value.invited ? ' A mail to set a password is on its way.' : ''
          return { value, text: `${value.email} is ${value.role} now.${mail}` }
        }),
      ),
    )

  const onPerson = (name: string, verb: string, description: string, says: (member: StaffMember) => string) =>
    because(staff.command(`${name} <person>`))
      .description(description)
      .action((person: string, options: Because) =>
        print(options, () =>
          withApi(options, async (api) => {
            const at = `${STAFF}/${await idOf(api, person)}/${verb}`
            const value = await api.send(StaffMember, 'POST', at, { reason: options.reason })
            return { value, text: says(value) }
          }),
        ),
      )
  onPerson('revoke', 'revoke', 'Take the role away and sign the person out at once. By e-mail or id.', ({ email, liveKeys }) => {
    const keys = liveKeys.length > 0 ? ` Keys they made still work: ${liveKeys.join(', ')}; see \`keys revoke\`.` : ''
    return `${email} is no longer staff.${keys}`
  })
  onPerson(
    'reset-second-factor',
    'reset-second-factor',
    'Forget the authenticator app of somebody who lost it, and sign them out. By e-mail, or of a customer by id.',
    ({ email }) => `${email} signs in with the password alone, and staff set up a new second factor then.`,
  )
  onPerson(
    'sign-out',
    'end-sessions',
    'End every session of a person. By e-mail, or of a customer by id.',
    ({ email }) => `${email} is signed out everywhere.`,
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
