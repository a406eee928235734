import { OPS_ORDER_FILTERS, ORDER_STATUSES, type OrderStatus } from '../../../src/orders/contract.ts'
import { oneOf, textOf } from '../../ui/search.ts'

export type OrdersSearch = {
  filter: (typeof OPS_ORDER_FILTERS)[number]
  status?: OrderStatus | undefined
  q?: string | undefined
  cursor?: string | undefined
}

/** What the list of orders shows, as it stands in the address: shareable, and kept on reload. */
export const parseOrderSearch = (search: Record<string, unknown>): OrdersSearch => ({
  filter: oneOf(OPS_ORDER_FILTERS, search['filter']) ?? 'all',
  status: oneOf(ORDER_STATUSES, search['status']),
  q: textOf(search['q'])?.slice(0, 200),
  cursor: textOf(search['cursor']),
})

export type FindingsSearch = { status: 'open' | 'resolved'; cursor?: string | undefined }

export const parseFindingSearch = (search: Record<string, unknown>): FindingsSearch => ({
  status: search['status'] === 'resolved' ? 'resolved' : 'open',
  cursor: textOf(search['cursor']),
})
