import { record } from '../audit/index.ts'
import type { Tx } from '../db/index.ts'
import { resolveFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import type { Order, OrderChange } from './order.ts'
import { lockOrder, saveOrder } from './save-order.ts'
import { tellCanceled } from './tell-canceled.ts'

export interface CancelOrder {
  by: Actor
  orderId: string
  /** For the audit; with `refund` also what the customer reads in the mail. */
  reason: string
  refund: boolean
  deleteServer: boolean
  /** Deleted at this instant instead, and not before; of two instants the earlier one stands. */
  deleteAt?: Date
  requestId?: string | null
}

/**
 * Ends an order: the subscription ends now, the server is suspended at once. Money and server go only where that is asked
 * for; asked again on a canceled order it adds what was not asked before. Nothing is ever taken back.
 */
export const cancelOrder = (world: Pick<World, 'db' | 'now'>, ask: CancelOrder): Promise<Order> =>
  world.db.tx((tx) => cancelLocked(tx, ask, world.now()))

export async function cancelLocked(tx: Tx, ask: CancelOrder, at: Date): Promise<Order> {
  const order = await lockOrder(tx, ask.orderId)
  const { by, reason, refund, deleteServer } = ask
  const deleteAt = deleteServer ? at : ask.deleteAt
  const sooner = deleteAt !== undefined && (order.deleteWantedAt === null || deleteAt < order.deleteWantedAt)
  const change: OrderChange = {
    ...(order.status === 'canceled' ? {} : { status: 'canceled' }),
    ...(order.suspendedAt ? {} : { suspendedAt: at, suspendedReason: 'canceled' }),
    ...(refund && !order.refundWanted ? { refundWanted: reason, moneySettledAt: null } : {}),
    ...(sooner ? { deleteWantedAt: deleteAt } : {}),
    failure: null,
    nextCheckAt: at,
  }
  const saved = await saveOrder(tx, order, change, {
    title: 'Canceled',
    by: by.id,
    at,
    details: { reason, refund, deleteServer, deleteAt },
  })
  if (order.status !== 'canceled' && !refund) await tellCanceled(tx, saved, at)
  const asked = ['billing.subscription_ended', ...(refund ? ['orders.refund_payment'] : []), ...(deleteAt ? ['orders.delete_server'] : [])]
  for (const kind of asked) await resolveFinding(tx, { kind, subject: { type: 'order', id: order.id }, by: by.id, reason, at })
  const details = { refund, deleteServer, deleteAt: deleteAt?.toISOString() ?? null, from: order.status }
  await record(tx, {
    by,
    did: 'orders.cancel',
    to: { type: 'order', id: order.id },
    why: reason,
    details,
    requestId: ask.requestId ?? null,
    at,
  })
  return saved
}
