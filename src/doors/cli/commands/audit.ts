import type { Command } from 'commander'
import { AuditQuery, type DeedView } from '../../../audit/contract.ts'
import { readDeeds } from '../../../audit/index.ts'
import { print, table, withWorld } from '../run.ts'

interface ListOptions {
  actor?: string
  target?: string
  did?: string
  from?: string
  until?: string
  limit: string
  json?: boolean
}

export function auditCommands(program: Command): void {
  program
    .command('audit')
    .description('Who did what, to what, and why.')
    .command('list')
    .description('Newest first.')
    .option('--actor <who>', 'an e-mail, cli:root@host, key:…, service_role, or a part of the system')
    .option('--target <id>', 'of an order, a node, a user …, or an e-mail')
    .option('--did <deed>', 'orders.cancel, or orders for all of that room')
    .option('--from <instant>', 'not before, such as 2026-03-01T12:00:00Z')
    .option('--until <instant>', 'before')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'print JSON')
    .action(({ json, ...query }: ListOptions) =>
      print(json ? { json } : {}, () =>
        withWorld(async (world) => {
          const { items } = await readDeeds(world.db.q, AuditQuery.parse(query))
          return { value: items, text: table(['at', 'who', 'did', 'to', 'why'], items.map(row)) }
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
