import type { Command } from 'commander'
import { Failure } from '../../../kit/failure.ts'
import { isUuid } from '../../../kit/ids.ts'
import { type OpsOrderDetail, OpsOrderQuery } from '../../../orders/contract.ts'
import { changePlan, presentForOps, retryOrder, searchForOps } from '../../../orders/index.ts'
import { cliActor, pairs, print, table, withWorld } from '../run.ts'

interface ListOptions {
  stuck?: boolean
  error?: boolean
  unprovisioned?: boolean
  customer?: string
  limit: string
  cursor?: string
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
    .option('--cursor <cursor>', 'go on where the last page ended')
    .option('--json', 'print JSON')
    .action((options: ListOptions) =>
      print(options, () =>
        withWorld(async (world) => {
          const filter = options.stuck ? 'stuck' : options.error ? 'error' : options.unprovisioned ? 'unprovisioned' : 'all'
          const page = await searchForOps(
            world.db.q,
            OpsOrderQuery.parse({ filter, q: options.customer, limit: options.limit, cursor: options.cursor }),
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
          const list = table(['order', 'status', 'customer', 'plan', 'server', 'paid at', 'cause'], rows)
          return { value: page, text: page.nextCursor === null ? list : `${list}\nMore: add --cursor ${page.nextCursor}` }
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
    .command('resize <id> <plan>')
    .description('Another plan of the same game for a delivered order: limits on the panel, then the price. Run it with --dry-run first.')
    .requiredOption('--reason <text>', 'kept in the audit log')
    .option('--dry-run', 'check everything, tell what would be done, change nothing')
    .option('--json', 'print JSON')
    .action((id: string, planId: string, options: { reason: string; dryRun?: boolean; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const { reason, dryRun = false } = options
          const { did } = await changePlan(world, { by: cliActor(), orderId: orderId(id), planId, reason, dryRun })
          const { value, text } = shown(await presentForOps(world.db.q, id, cliActor()))
          return { value: { did, dryRun, order: value }, text: `${dryRun ? `Would be done: ${did}` : did}\n\n${text}` }
        }),
      ),
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

const planChangeText = ({ from, to, resizedAt, pricedAt }: NonNullable<OpsOrderDetail['planChange']>): string =>
  `${from} → ${to}, ${resizedAt ? 'the panel has it' : 'the panel is to follow'}, ${pricedAt ? 'so has Stripe' : 'the price is to follow'}`

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
      ...(order.planChange ? ([['plan change', planChangeText(order.planChange)]] as [string, unknown][]) : []),
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
