import { type Command, Option } from 'commander'
import { type Role, serveUntilStopped } from '../../../main.ts'
import { fail } from '../run.ts'

export const serveCommand = (program: Command): void => {
  program
    .command('serve')
    .description('Run the product in the foreground. Start as many as you like on one PostgreSQL.')
    .addOption(
      new Option('--role <role>', 'web answers HTTP, worker works in the background').choices(['all', 'web', 'worker']).default('all'),
    )
    .action(({ role }: { role: Role }) =>
      serveUntilStopped(role).catch((thrown) => {
        fail(thrown, false)
        // What could not start must not stay: a library may still hold a socket open.
        process.exit()
      }),
    )
}
