import type { Command } from 'commander'
import { configValue, printableConfig, readConfig } from '../../../config.ts'
import { Failure } from '../../../kit/failure.ts'
import { pairs, print } from '../run.ts'

export function configCommands(program: Command): void {
  const config = program.command('config').description('What the server is configured with.')
  config
    .command('show')
    .description('Every setting; secrets as dots.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, async () => {
        const list = printableConfig(readConfig())
        return { value: Object.fromEntries(list), text: pairs(list) }
      }),
    )
  config
    .command('get <name>')
    .description('Print one setting, secrets too: bin/givrwrld config get SERVICE_ROLE_KEY')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: boolean }) =>
      print(options, async () => {
        const value = configValue(readConfig(), name)
        if (value === null)
          throw new Failure({ code: 'config.unknown', kind: 'missing', say: `There is no setting ${name}.`, next: 'See `config show`.' })
        return { value: { [name]: value }, text: value }
      }),
    )
}
