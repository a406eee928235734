import { type Command, Option } from 'commander'
import { type Role, serveUntilStopped } from '../../../main.ts'

export const serveCommand = (program: Command): void => {
  program
    .command('serve')
    .description('Run the product in the foreground. Start as many as you like on one PostgreSQL.')
    .addOption(
      new Option('--role <role>', 'web answers HTTP, worker works in the background').choices(['all', 'web', 'worker']).default('all'),
    )
    .action(({ role }: { role: Role }) => serveUntilStopped(role))
}
