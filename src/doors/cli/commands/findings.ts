import { type Command, Option } from 'commander'
import { FindingPage, FindingRepaired, FindingView, SEVERITIES } from '../../../findings/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { cliInvalid, pairs, print, table, uuidOf } from '../run.ts'

const at = (id: string, verb = '') => `/api/ops/findings/${uuidOf(id, "finding's id", 'See `findings list`.')}${verb}`
const reasonOf = (reason: string | undefined): string => {
  if (reason === undefined) throw cliInvalid('A reason is needed: it is kept in the audit log.', "Add --reason '…'.")
  return reason
}

interface ListOptions extends ApiOptions {
  status: string
  kind?: string
  severity?: string
  cursor?: string
  limit: string
}
interface RepairOptions extends ApiOptions {
  dryRun?: boolean
  way?: string
  reason?: string
}

export function findingCommands(program: Command): void {
  const findings = program.command('findings').description('Named wrong things, with what to do.')

  fromElsewhere(findings.command('list'))
    .description('A page of them, newest first.')
    .addOption(new Option('--status <status>').choices(['open', 'resolved', 'all']).default('open'))
    .option('--kind <kind>', 'one kind, or all of a room: servers.moved, servers')
    .addOption(new Option('--severity <severity>').choices([...SEVERITIES]))
    .option('--cursor <cursor>', 'go on where the last page ended')
    .option('--limit <n>', 'at most so many', '50')
    .action((options: ListOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { status, kind, severity, cursor, limit } = options
          const asked = { status: status === 'all' ? undefined : status, kind, severity, cursor, limit }
          const page = await api.get(FindingPage, '/api/ops/findings', asked)
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

  fromElsewhere(findings.command('show <id>'))
    .description('One finding: what was seen, what mends it.')
    .action((id: string, options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const value = await api.get(FindingView, at(id))
          return { value, text: shown(value) }
        }),
      ),
    )

  fromElsewhere(findings.command('repair <id>'))
    .description('Mends it, after asking the outside afresh. Says what it did.')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--way <way>', 'which of several ways; `show` names them')
    .option('--reason <text>', 'kept in the audit log; needed unless --dry-run')
    .action((id: string, options: RepairOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { dryRun = false, way } = options
          const reason = dryRun ? (options.reason ?? 'dry run') : reasonOf(options.reason)
          const ask = { reason, dry_run: dryRun, ...(way === undefined ? {} : { way }) }
          const { did, mended } = await api.send(FindingRepaired, 'POST', at(id, '/repair'), ask)
          const how = dryRun ? 'Would be done' : mended ? 'Done' : 'Under way'
          return { value: { id, dryRun, did, mended }, text: `${how}: ${did}` }
        }),
      ),
    )

  fromElsewhere(findings.command('resolve <id>'))
    .description('Says that it is settled. If it is not, whoever found it opens it again.')
    .option('--reason <text>', 'kept with the finding and in the audit log')
    .action((id: string, options: ApiOptions & { reason?: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const value = await api.send(FindingView, 'POST', at(id, '/resolve'), { reason: reasonOf(options.reason) })
          return { value, text: `Resolved: ${value.summary}` }
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
