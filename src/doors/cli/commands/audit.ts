import type { Command } from 'commander'
import { DeedPage, type DeedView } from '../../../audit/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table } from '../run.ts'

interface ListOptions extends ApiOptions {
  actor?: string
  target?: string
  did?: string
  from?: string
  until?: string
  limit: string
  cursor?: string
}

export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('Who did what, to what, and why.')
  fromElsewhere(audit.command('list'))
    .description('Newest first.')
    .option('--actor <who>', 'an e-mail, cli:root@host, key:…, service_role, or a part of the system')
    .option('--target <id>', 'of an order, a node, a user …, or an e-mail')
    .option('--did <deed>', 'orders.cancel, or orders for all of that room')
    .option('--from <instant>', 'not before, such as 2026-03-01T12:00:00Z')
    .option('--until <instant>', 'before')
    .option('--limit <n>', 'at most so many', '50')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action((options: ListOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { actor, target, did, from, until, limit, cursor } = options
          const page = await api.get(DeedPage, '/api/ops/audit', { actor, target, did, from, until, limit, cursor })
          const list = table(['at', 'who', 'did', 'to', 'why'], page.items.map(row))
          return { value: page, text: page.nextCursor === null ? list : `${list}\nMore: add --cursor ${page.nextCursor}` }
        }),
      ),
    )
}

const row = (deed: DeedView) => [
  deed.at,
  deed.actorEmail ?? deed.actorId,
  deed.did,
  `${deed.targetType} ${deed.targetEmail ?? deed.targetId}`,
  deed.why,
]
