import { Command, CommanderError } from 'commander'
import { accountCommands } from './commands/accounts.ts'
import { alertCommands } from './commands/alerts.ts'
import { auditCommands } from './commands/audit.ts'
import { catalogCommands } from './commands/catalog.ts'
import { configCommands } from './commands/config.ts'
import { dbCommands } from './commands/db.ts'
import { demoCommands } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { findingCommands } from './commands/findings.ts'
import { healthCommand } from './commands/health.ts'
import { keyCommands } from './commands/keys.ts'
import { logCommands } from './commands/logs.ts'
import { nodeCommands } from './commands/nodes.ts'
import { orderCommands } from './commands/orders.ts'
import { overviewCommand } from './commands/overview.ts'
import { sandboxCommands } from './commands/sandbox.ts'
import { serveCommand } from './commands/serve.ts'
import { staffCommands } from './commands/staff.ts'
import { EXIT, fail } from './run.ts'

const program = new Command('givrwrld')
  .description(
    'Runs and operates GIVRWRLD Servers. Reads the same configuration and DATA_DIR as the server; from elsewhere, with --url and an API key, it goes over the API.',
  )
  .showHelpAfterError('See --help.')
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 64 wrong input, 65 does not fit, 66 not found, 69 not available, 70 our mistake, 77 not allowed, 78 configuration.',
  )

for (const add of [
  serveCommand,
  overviewCommand,
  orderCommands,
  accountCommands,
  staffCommands,
  auditCommands,
  keyCommands,
  nodeCommands,
  catalogCommands,
  findingCommands,
  healthCommand,
  alertCommands,
  logCommands,
  doctorCommand,
  dbCommands,
  configCommands,
  sandboxCommands,
  demoCommands,
])
  add(program)

try {
  await program.parseAsync()
} catch (error) {
  // commander has printed its text already; help and version are no errors.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.invalid
  else fail(error, process.argv.includes('--json'))
}
