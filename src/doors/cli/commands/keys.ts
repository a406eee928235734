import { type Command, Option } from 'commander'
import { KEY_DAYS, KEY_SCOPES, KeyAsk, type KeyView, WhyAsk } from '../../../accounts/contract.ts'
import { listKeys, makeKey, presentKey, revokeKey } from '../../../accounts/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { cliActor, pairs, print, table, withWorld } from '../run.ts'

const keyId = (text: string): string => {
  if (isUuid(text)) return text
  throw new Failure({ code: 'cli.invalid', kind: 'invalid', say: `“${text}” is no key's id.`, next: 'See `keys list`.' })
}

export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys, for scripts and for this command line from elsewhere.')

  keys
    .command('list')
    .description('Newest first.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const value = (await listKeys(world.db.q)).map((key) => presentKey(key, world.now()))
          const rows = value.map((key) => [
            key.id,
            key.name,
            key.shown,
            key.scopes.join(' '),
            key.state,
            key.expiresAt,
            key.lastUsedAt,
            key.createdBy,
          ])
          return { value, text: table(['id', 'name', 'key', 'scopes', 'state', 'ends', 'last used', 'made by'], rows) }
        }),
      ),
    )

  keys
    .command('create <name>')
    .description('Make a key. Its text is shown once.')
    .addOption(new Option('--scope <scope...>', 'what it may; several are fine').choices(KEY_SCOPES).makeOptionMandatory())
    .option('--days <n>', `until it ends, at most ${KEY_DAYS.max}`, String(KEY_DAYS.fallback))
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((name: string, options: { scope: string[]; days: string; reason: string; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const { reason, scope } = options
          const ask = KeyAsk.parse({ name, scopes: scope, expires_in_days: Number(options.days), reason })
          const made = await makeKey(world, { ...ask, by: cliActor(), expiresInDays: ask.expires_in_days })
          const view = presentKey(made.key, world.now())
          return {
            value: { ...view, key: made.text },
            text: `${shown(view)}\nkey      ${made.text}\n\nIt is shown this once. Keep it safe.`,
          }
        }),
      ),
    )

  keys
    .command('revoke <id>')
    .description('End a key at once.')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((id: string, options: { reason: string; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const ask = { by: cliActor(), id: keyId(id), ...WhyAsk.parse({ reason: options.reason }) }
          const value = presentKey(await revokeKey(world, ask), world.now())
          return { value, text: shown(value) }
        }),
      ),
    )
}

const shown = (key: KeyView): string =>
  pairs([
    ['id', key.id],
    ['name', key.name],
    ['scopes', key.scopes.join(' ')],
    ['state', key.state],
    ['ends', key.expiresAt],
  ])
