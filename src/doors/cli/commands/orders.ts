import type { Command } from 'commander'
import { OpsOrderDetail, OpsOrderPage, PlanChanged } from '../../../orders/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table, uuidOf } from '../run.ts'
import { shownOrder } from '../shown-order.ts'

interface ListOptions extends ApiOptions {
  stuck?: boolean
  error?: boolean
  unprovisioned?: boolean
  customer?: string
  limit: string
  cursor?: string
}
interface CancelOptions extends ApiOptions {
  reason: string
  refund?: boolean
  deleteServer?: boolean
  dryRun?: boolean
}

const at = (id: string, verb = '') => `/api/ops/orders/${uuidOf(id, 'order id', 'Order ids are UUIDs; see `orders list`.')}${verb}`

export function orderCommands(program: Command): void {
  const orders = program.command('orders').description('Orders: find, look into, retry, resize, cancel.')

  fromElsewhere(orders.command('list'))
    .description('Newest first.')
    .option('--stuck', 'paid for over 10 minutes and still waiting')
    .option('--error', 'needs a person')
    .option('--unprovisioned', 'paid or error, without a server')
    .option('--customer <email>', 'of this customer')
    .option('--limit <n>', 'at most so many', '50')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action((options: ListOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { stuck, error, unprovisioned, customer: q, limit, cursor } = options
          const filter = stuck ? 'stuck' : error ? 'error' : unprovisioned ? 'unprovisioned' : 'all'
          const page = await api.get(OpsOrderPage, '/api/ops/orders', { filter, q, limit, cursor })
          const rows = page.items.map((one) => [
            one.id,
            one.status,
            one.customerEmail,
            one.planId,
            one.serverName,
            one.createdAt,
            one.failure?.cause,
          ])
          const list = table(['order', 'status', 'customer', 'plan', 'server', 'paid at', 'cause'], rows)
          return { value: page, text: page.nextCursor === null ? list : `${list}\nMore: add --cursor ${page.nextCursor}` }
        }),
      ),
    )

  fromElsewhere(orders.command('show <id>'))
    .description('One order: state, failure with its next step, timeline.')
    .action((id: string, options: ApiOptions) =>
      print(options, () => withApi(options, async (api) => shownOrder(await api.get(OpsOrderDetail, at(id))))),
    )

  fromElsewhere(orders.command('resize <id> <plan>'))
    .description('Another plan of the same game for a delivered order: limits on the panel, then the price. Run it with --dry-run first.')
    .requiredOption('--reason <text>', 'kept in the audit log')
    .option('--dry-run', 'check everything, tell what would be done, change nothing')
    .action((id: string, planId: string, options: ApiOptions & { reason: string; dryRun?: boolean }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { reason, dryRun = false } = options
          const ask = { plan_id: planId, reason, dry_run: dryRun }
          const { did, order } = await api.send(PlanChanged, 'POST', at(id, '/plan'), ask)
          const { value, text } = shownOrder(order)
          return { value: { did, dryRun, order: value }, text: `${dryRun ? `Would be done: ${did}` : did}\n\n${text}` }
        }),
      ),
    )

  fromElsewhere(orders.command('retry <id>'))
    .description('Look at it now and try again. Safe to do twice; an order with a server gets no second one.')
    .option('--reason <text>', 'kept in the audit log')
    .action((id: string, options: ApiOptions & { reason?: string }) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { reason } = options
          return shownOrder(await api.send(OpsOrderDetail, 'POST', at(id, '/retry'), reason === undefined ? {} : { reason }))
        }),
      ),
    )

  fromElsewhere(orders.command('cancel <id>'))
    .description('End an order: its subscription ends now and its server is stopped. It cannot be taken back; run it with --dry-run first.')
    .requiredOption('--reason <text>', 'kept in the audit log; with --refund, the customer reads it')
    .option('--refund', 'give every payment of it back')
    .option('--delete-server', 'delete the server with its files')
    .option('--dry-run', 'tell what would be done, change nothing')
    .action((id: string, options: CancelOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { reason, refund = false, deleteServer = false, dryRun = false } = options
          if (dryRun) return wouldCancel(await api.get(OpsOrderDetail, at(id)), refund, deleteServer)
          const ask = { reason, refund, delete_server: deleteServer }
          return shownOrder(await api.send(OpsOrderDetail, 'POST', at(id, '/cancel'), ask))
        }),
      ),
    )
}

function wouldCancel(order: OpsOrderDetail, refund: boolean, deleteServer: boolean) {
  const ended = order.status === 'canceled'
  const did = [
    ended ? 'It has ended already.' : 'Its subscription ends now, its server is stopped at once.',
    refund ? 'Every payment of it goes back.' : '',
    deleteServer ? 'The server is deleted with its files.' : '',
  ]
  const text = did.filter(Boolean).join(' ')
  return { value: { did: text, dryRun: true, order }, text: `Would be done to ${order.serverName} of ${order.customerEmail}: ${text}` }
}
