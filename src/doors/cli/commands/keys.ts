import { type Command, Option } from 'commander'
import { KEY_DAYS, KEY_SCOPES, KeyList, KeyMade, KeyView } from '../../../accounts/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { pairs, print, table, uuidOf } from '../run.ts'

const KEYS = '/api/ops/keys'
const ASKED_HERE = 'asked for at the command line'

export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys, for scripts and for this command line from elsewhere.')

  fromElsewhere(keys.command('list'))
    .description('Newest first.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { keys: value } = await api.get(KeyList, KEYS)
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

  fromElsewhere(keys.command('create <name>'))
    .description('Make a key, on the host: a key makes no keys. Its text is shown once.')
    .addOption(new Option('--scope <scope...>', 'what it may; several are fine').choices(KEY_SCOPES).makeOptionMandatory())
    .option('--days <n>', `until it ends, at most ${KEY_DAYS.max}`, String(KEY_DAYS.fallback))
    .option('--reason <text>', 'kept in the audit log', ASKED_HERE)
    .action((name: string, options: ApiOptions & { scope: string[]; days: string; reason: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { scope: scopes, days, reason } = options
          const value = await api.send(KeyMade, 'POST', KEYS, { name, scopes, expires_in_days: Number(days), reason })
          return { value, text: `${shown(value)}\nkey     ${value.key}\n\nIt is shown this once. Keep it safe.` }
        }),
      ),
    )

  fromElsewhere(keys.command('revoke <id>'))
    .description('End a key at once.')
    .option('--reason <text>', 'kept in the audit log', ASKED_HERE)
    .action((id: string, options: ApiOptions & { reason: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const at = `${KEYS}/${uuidOf(id, "key's id", 'See `keys list`.')}/revoke`
          const value = await api.send(KeyView, 'POST', at, { reason: options.reason })
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
