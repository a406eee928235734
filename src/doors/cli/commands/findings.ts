import { type Command, Option } from 'commander'
import { FindingQuery, FindingRepair, FindingResolve, type FindingView, SEVERITIES } from '../../../findings/contract.ts'
import { findingById, presentFinding, repairFinding, resolveByHand, searchFindings } from '../../../findings/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { REPAIRS } from '../../repairs.ts'
import { cliActor, pairs, print, table, withWorld } from '../run.ts'

const wrong = (say: string, next: string) => new Failure({ code: 'cli.invalid', kind: 'invalid', say, next })

const findingId = (text: string): string => {
  if (!isUuid(text)) throw wrong(`“${text}” is no finding's id.`, 'See `findings list`.')
  return text
}
const reasonOf = (reason: string | undefined): string => {
  if (reason === undefined) throw wrong('A reason is needed: it is kept in the audit log.', "Add --reason '…'.")
  return reason
}

interface ListOptions {
  status: string
  kind?: string
  severity?: string
  cursor?: string
  limit: string
  json?: boolean
}
interface RepairOptions {
  dryRun?: boolean
  way?: string
  reason?: string
  json?: boolean
}

export function findingCommands(program: Command): void {
  const findings = program.command('findings').description('Named wrong things, with what to do.')

  findings
    .command('list')
    .description('A page of them, newest first.')
    .addOption(new Option('--status <status>').choices(['open', 'resolved', 'all']).default('open'))
    .option('--kind <kind>', 'one kind, or all of a room: servers.moved, servers')
    .addOption(new Option('--severity <severity>').choices([...SEVERITIES]))
    .option('--cursor <cursor>', 'go on where the last page ended')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'print JSON')
    .action(({ json, status, ...rest }: ListOptions) =>
      print({ ...(json ? { json } : {}) }, () =>
        withWorld(async (world) => {
          const query = FindingQuery.parse({ ...rest, ...(status === 'all' ? {} : { status }) })
          const page = await searchFindings(world.db.q, query)
          const rows = page.items.map((one) => [
            one.id,
            one.severity,
            one.kind,
            `${one.subjectType} ${one.subjectId}`,
            Object.keys(one.ways).join(', ') || '–',
            one.summary,
          ])
          const more = page.nextCursor === null ? '' : `\nMore: add --cursor ${page.nextCursor}`
          return { value: page, text: table(['finding', 'severity', 'what', 'about', 'repairs', 'summary'], rows) + more }
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
          const view = presentFinding(finding)
          return { value: view, text: shown(view) }
        }),
      ),
    )

  findings
    .command('repair <id>')
    .description('Mends it, after asking the outside afresh. Says what it did.')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--way <way>', 'which of several ways; `show` names them')
    .option('--reason <text>', 'kept in the audit log; needed unless --dry-run')
    .option('--json', 'print JSON')
    .action((id: string, options: RepairOptions) =>
      print(options, () =>
        withWorld(async (world) => {
          const { dryRun = false, way: named } = options
          const said = dryRun ? (options.reason ?? 'dry run') : reasonOf(options.reason)
          const { reason, way = null } = FindingRepair.parse({ reason: said, dry_run: dryRun, way: named })
          const done = await repairFinding(world, REPAIRS, { id: findingId(id), by: cliActor(), reason, way, dryRun, requestId: null })
          const how = dryRun ? 'Would be done' : done.mended ? 'Done' : 'Under way'
          return { value: { id, dryRun, did: done.did, mended: done.mended }, text: `${how}: ${done.did}` }
        }),
      ),
    )

  findings
    .command('resolve <id>')
    .description('Says that it is settled. If it is not, whoever found it opens it again.')
    .option('--reason <text>', 'kept with the finding and in the audit log')
    .option('--json', 'print JSON')
    .action((id: string, options: { reason?: string; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const { reason } = FindingResolve.parse({ reason: reasonOf(options.reason) })
          const finding = await resolveByHand(world, { by: cliActor(), id: findingId(id), reason, requestId: null })
          return { value: presentFinding(finding), text: `Resolved: ${finding.summary}` }
        }),
      ),
    )
}

const shown = (finding: FindingView): string =>
  pairs([
    ['finding', finding.id],
    ['what', finding.kind],
    ['severity', finding.severity],
    ['about', `${finding.subjectType} ${finding.subjectId}`],
    ['status', finding.status],
    ['summary', finding.summary],
    ['remedy', finding.remedy],
    ...(Object.entries(finding.ways).map(([way, does]) => [`repair --way ${way}`, does]) as [string, string][]),
    ['opened', finding.openedAt],
    ['last seen', `${finding.lastSeenAt}, ${finding.timesSeen} times`],
    ['resolved', finding.resolvedAt && `${finding.resolvedAt} by ${finding.resolvedBy}: ${finding.resolveReason}`],
    ['evidence', JSON.stringify(finding.evidence)],
  ])
