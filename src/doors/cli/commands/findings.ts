import { type Command, Option } from 'commander'
import { listFindings } from '../../../findings/index.ts'
import { print, table, withWorld } from '../run.ts'

export function findingCommands(program: Command): void {
  program
    .command('findings')
    .description('Named wrong things, with what to do.')
    .command('list')
    .addOption(new Option('--status <status>').choices(['open', 'resolved']).default('open'))
    .option('--json', 'print JSON')
    .action((options: { status: 'open' | 'resolved'; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const items = await listFindings(world.db.q, { status: options.status, limit: 200 })
          const rows = items.map((one) => [one.severity, one.kind, `${one.subject_type} ${one.subject_id}`, one.summary, one.remedy])
          return { value: items, text: table(['severity', 'what', 'about', 'summary', 'remedy'], rows) }
        }),
      ),
    )
}
