import type { Tx } from '../db/index.ts'
import { tell } from '../kit/working.ts'
import { newerVersion, noSuchOrder, noSuchStep } from './errors.ts'
import type { Order, OrderChange } from './order.ts'
import { mayBecome, movesUpdatedAt } from './rules.ts'
import { orderLocked, updateOrder, wakeOrder } from './store/orders.ts'

export interface SaveReason {
  /** For the timeline, where the status changes: "Server created on the panel". */
  title: string
  /** Actor id or part of the system. */
  by: string
  at: Date
  details?: Record<string, unknown>
  /** False: the caller looks again by itself, so nobody need be woken. */
  wake?: boolean
}

/** The order, locked until the transaction ends. Throws `orders.unknown`. */
export async function lockOrder(tx: Tx, id: string): Promise<Order> {
  const order = await orderLocked(tx, id)
  if (!order) throw noSuchOrder()
  return order
}

/**
 * The one way to write an order. Checks the step against the state table and the row against the version that the
 * caller read, dates it, writes the timeline where the status changes, and wakes both reconcilers.
 * Throws `orders.newer_version` (read again), `orders.no_such_step` (bug).
 */
export async function saveOrder(tx: Tx, before: Order, change: OrderChange, why: SaveReason): Promise<Order> {
  const to = change.status ?? before.status
  // Set in SQL a moment ago: that is followed up first.
  if (to !== before.status && !mayBecome(before, to))
    throw before.changedByHand ? newerVersion(before.id) : noSuchStep(before.id, before.status, to)
  return writeOrder(tx, before, change, why)
}

/** saveOrder without the state table: only to put right what was changed by hand. */
export async function writeOrder(tx: Tx, before: Order, change: OrderChange & { changedByHand?: null }, why: SaveReason): Promise<Order> {
  const to = change.status ?? before.status
  const dated: OrderChange & { changedByHand?: null } = {
    ...change,
    ...(to === 'canceled' && !before.canceledAt && !change.canceledAt ? { canceledAt: why.at } : {}),
    ...(to === 'provisioned' && !before.deliveredAt && !change.deliveredAt ? { deliveredAt: why.at } : {}),
  }
  const details = { from: before.status, to, by: why.by, ...why.details }
  const after = await updateOrder(tx, before, dated, {
    updatedAt: movesUpdatedAt(before.status, to) ? why.at : undefined,
    event: to === before.status ? null : { orderId: before.id, at: why.at, kind: 'state', title: why.title, details },
  })
  if (!after) throw newerVersion(before.id)
  if (to !== before.status) tell({ became: `${before.status} → ${to}` })
  if (why.wake !== false) await wakeOrder(tx, before.id)
  return after
}
