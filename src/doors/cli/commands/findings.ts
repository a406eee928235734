import { type Command, Option } from 'commander'
import { type Finding, findingById, listFindings, repairFinding } from '../../../findings/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { REPAIRS } from '../../repairs.ts'
import { cliActor, pairs, print, table, withWorld } from '../run.ts'

const findingId = (text: string): string => {
  if (!isUuid(text))
    throw new Failure({ code: 'cli.invalid', kind: 'invalid', say: `“${text}” is no finding's id.`, next: 'See `findings list`.' })
  return text
}

export function findingCommands(program: Command): void {
  const findings = program.command('findings').description('Named wrong things, with what to do.')

  findings
    .command('list')
    .description('Newest first.')
    .addOption(new Option('--status <status>').choices(['open', 'resolved']).default('open'))
    .option('--json', 'print JSON')
    .action((options: { status: 'open' | 'resolved'; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const items = await listFindings(world.db.q, { status: options.status, limit: 200 })
          const rows = items.map((one) => [
            one.id,
            one.severity,
            one.kind,
            `${one.subject_type} ${one.subject_id}`,
            one.kind in REPAIRS ? 'yes' : 'no',
            one.summary,
          ])
          return { value: items, text: table(['finding', 'severity', 'what', 'about', 'repair', 'summary'], rows) }
        }),
      ),
    )

  findings
    .command('show <id>')
    .description('One finding: what was seen, what mends it.')
    .option('--json', 'print JSON')
    .action((id: string, options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const finding = await findingById(world.db.q, findingId(id))
          if (!finding)
            throw new Failure({ code: 'findings.missing', kind: 'missing', say: 'There is no such finding.', next: 'See `findings list`.' })
          return { value: finding, text: shown(finding) }
        }),
      ),
    )

  findings
    .command('repair <id>')
    .description('Mends it, after asking the outside afresh. Says what it did.')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--way <way>', 'which of several ways, where the finding names them')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((id: string, options: { dryRun?: boolean; way?: string; reason: string; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const { dryRun = false, way = null, reason } = options
          const done = await repairFinding(world, REPAIRS, { id: findingId(id), by: cliActor(), reason, way, dryRun, requestId: null })
          const how = dryRun ? 'Would be done' : done.mended ? 'Done' : 'Under way'
          return { value: { id, dryRun, did: done.did, mended: done.mended }, text: `${how}: ${done.did}` }
        }),
      ),
    )
}

const shown = (finding: Finding): string =>
  pairs([
    ['finding', finding.id],
    ['what', finding.kind],
    ['severity', finding.severity],
    ['about', `${finding.subject_type} ${finding.subject_id}`],
    ['status', finding.status],
    ['summary', finding.summary],
    ['remedy', finding.remedy],
    ['repair', finding.kind in REPAIRS ? `findings repair ${finding.id} --dry-run` : 'by a person'],
    ['opened', finding.opened_at.toISOString()],
    ['last seen', `${finding.last_seen_at.toISOString()}, ${finding.times_seen} times`],
    ['resolved', finding.resolved_at && `${finding.resolved_at.toISOString()} by ${finding.resolved_by}: ${finding.resolve_reason}`],
    ['evidence', JSON.stringify(finding.evidence)],
  ])
