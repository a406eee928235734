import type { Command } from 'commander'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { type OpsOrderDetail, OpsOrderQuery } from '../../../orders/contract.ts'
import { presentForOps, retryOrder, searchForOps } from '../../../orders/index.ts'
import { cliActor, pairs, print, table, withWorld } from '../run.ts'

interface ListOptions {
  stuck?: boolean
  error?: boolean
  unprovisioned?: boolean
  customer?: string
  limit: string
  json?: boolean
}

const orderId = (text: string): string => {
  if (!isUuid(text))
    throw new Failure({
      code: 'cli.invalid',
      kind: 'invalid',
      say: `“${text}” is no order id.`,
      next: 'Order ids are UUIDs; see `orders list`.',
    })
  return text
}

export function orderCommands(program: Command): void {
  const orders = program.command('orders').description('Orders: find, look into, retry.')

  orders
    .command('list')
    .description('Newest first.')
    .option('--stuck', 'paid for over 10 minutes and still waiting')
    .option('--error', 'needs a person')
    .option('--unprovisioned', 'paid or error, without a server')
    .option('--customer <email>', 'of this customer')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'print JSON')
    .action((options: ListOptions) =>
      print(options, () =>
        withWorld(async (world) => {
          const filter = options.stuck ? 'stuck' : options.error ? 'error' : options.unprovisioned ? 'unprovisioned' : 'all'
          const page = await searchForOps(
            world.db.q,
            OpsOrderQuery.parse({ filter, q: options.customer, limit: options.limit }),
            world.now(),
          )
          const rows = page.items.map((order) => [
            order.id,
            order.status,
            order.customerEmail,
            order.planId,
            order.serverName,
            order.createdAt,
            order.failure?.cause,
          ])
          return { value: page.items, text: table(['order', 'status', 'customer', 'plan', 'server', 'paid at', 'cause'], rows) }
        }),
      ),
    )

  orders
    .command('show <id>')
    .description('One order: state, failure with its next step, timeline.')
    .option('--json', 'print JSON')
    .action((id: string, options: { json?: boolean }) =>
      print(options, () => withWorld(async (world) => shown(await presentForOps(world.db.q, orderId(id), cliActor())))),
    )

  orders
    .command('retry <id>')
    .description('Look at it now and try again. Safe to do twice; an order with a server gets no second one.')
    .option('--reason <text>', 'kept in the audit log')
    .option('--json', 'print JSON')
    .action((id: string, options: { reason?: string; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          await retryOrder(world, { by: cliActor(), orderId: orderId(id), reason: options.reason ?? null })
          return shown(await presentForOps(world.db.q, id, cliActor()))
        }),
      ),
    )
}

const shown = (order: OpsOrderDetail) => ({
  value: order,
  text: [
    pairs([
      ['order', order.id],
      ['status', order.suspended ? `${order.status}, suspended` : order.status],
      ['customer', order.customerEmail],
      ['plan', order.planName],
      ['server', order.serverName],
      ['on the panel', order.pterodactylServerIdentifier],
      ['node', order.node],
      ['paid at', order.createdAt],
      ['looks again at', order.nextCheckAt],
      ...(order.failure
        ? ([
            ['cause', order.failure.cause],
            ['field', order.failure.field],
            ['next', order.failure.next],
          ] as [string, unknown][])
        : []),
    ]),
    '',
    table(
      ['at', 'kind', 'what', 'details'],
      order.timeline.map((entry) => [entry.at, entry.kind, entry.title, JSON.stringify(entry.details)]),
    ),
  ].join('\n'),
})
