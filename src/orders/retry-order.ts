import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { notRetryable } from './errors.ts'
import type { Order } from './order.ts'
import { retryRefusal } from './rules.ts'
import { lockOrder, saveOrder } from './save-order.ts'
import { addEvent } from './store/timeline.ts'

export interface RetryOrder {
  by: Actor
  orderId: string
  reason?: string | null
  requestId?: string | null
}

/**
 * Looks at the order at once and forgets its failures. Asked twice, it is tried once: an attempt under way goes on.
 * Throws `orders.unknown`, `orders.not_retryable` (delivered or canceled).
 */
export const retryOrder = (world: Pick<World, 'db' | 'now'>, ask: RetryOrder): Promise<Order> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, ask.orderId)
    const refusal = retryRefusal(order)
    if (refusal) throw notRetryable(refusal)
    const restart = order.status === 'error' ? { status: 'paid' as const } : {}
    const change = { ...restart, failure: null, failureCount: 0, nextCheckAt: at }
    const saved = await saveOrder(tx, order, change, { title: 'Tried again by request', by: ask.by.id, at })
    if (order.status !== 'error')
      await addEvent(tx, { orderId: order.id, at, kind: 'note', title: 'Tried again by request', details: { by: ask.by.id } })
    const { by, requestId } = ask
    await record(tx, {
      by,
      did: 'orders.retry',
      to: { type: 'order', id: order.id },
      why: ask.reason ?? null,
      requestId: requestId ?? null,
      at,
    })
    return saved
  })
