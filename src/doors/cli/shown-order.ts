import type { OpsOrderDetail } from '../../orders/contract.ts'
import { pairs, type Shown, table } from './run.ts'

const planChangeText = ({ from, to, resizedAt, pricedAt }: NonNullable<OpsOrderDetail['planChange']>): string =>
  `${from} → ${to}, ${resizedAt ? 'the panel has it' : 'the panel is to follow'}, ${pricedAt ? 'so has Stripe' : 'the price is to follow'}`

/** An order in words: state, failure with its next step, timeline. */
export const shownOrder = (order: OpsOrderDetail): Shown & { value: OpsOrderDetail } => ({
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
