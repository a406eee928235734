import type { Command } from 'commander'
import { readConfig } from '../../../config.ts'
import { migrate } from '../../../db/index.ts'
import { migrateLoop } from '../../../loop/index.ts'
import { print } from '../run.ts'
import { backupCommands } from './backup.ts'
import { partitionsCommand } from './partitions.ts'

export function dbCommands(program: Command): void {
  const db = program.command('db').description('The database.')
  db.command('migrate')
    .description('Bring the tables up to date. One at a time, under a lock.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, async () => {
        const { databaseUrl } = readConfig()
        const ran = await migrate(databaseUrl)
        await migrateLoop(databaseUrl)
        return { value: { ran }, text: ran.length === 0 ? 'Nothing to do.' : `Ran: ${ran.join(', ')}.` }
      }),
    )
  partitionsCommand(db)
  backupCommands(db)
  db.command('url')
    .description('Print the database’s address, for psql "$(bin/givrwrld db url)". It holds the password.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, async () => {
        const { databaseUrl } = readConfig()
        return { value: { url: databaseUrl }, text: databaseUrl }
      }),
    )
}
