import { setTimeout as sleep } from 'node:timers/promises'
import { reservationOf } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { SECOND } from '../kit/time.ts'
import { checkoutById, type Order, orderById, retryOrder } from '../orders/index.ts'
import type { World } from '../world.ts'
import type { ProvisionAnswer } from './contract.ts'
import { noSuchOrder, notPaidYet, orderCanceled, tryFailed } from './errors.ts'

export interface ProvisionAsk {
  by: Actor
  orderId: string
  requestId: string
  signal?: AbortSignal
}
export interface ProvisionWait {
  waitMs: number
  pollMs: number
}
const WAIT: ProvisionWait = { waitMs: 25 * SECOND, pollMs: 250 }

/**
 * Tries an order again and waits for its server. Asked any number of times, at once or later, it makes one server.
 * @returns `done: false` when it is still being worked on
 * @throws operations.order_unknown, operations.order_canceled, or why this try failed (422 or 503)
 */
export async function provisionServer(
  world: Pick<World, 'db' | 'now'>,
  ask: ProvisionAsk,
  { waitMs, pollMs }: ProvisionWait = WAIT,
): Promise<{ done: boolean; answer: ProvisionAnswer }> {
  const askedAt = world.now()
  const first = await readOrder(world, ask.orderId)
  if (first.pterodactylServerId === null) await retryOrder(world, { ...ask, reason: 'servers-provision' })
  for (let waited = 0; ; waited += pollMs) {
    const order = await readOrder(world, ask.orderId)
    if (order.pterodactylServerId !== null) return { done: true, answer: await present(world, order) }
    const now = world.now()
    // A failure that is being worked around this very moment (other ports, say) is not the end of the try.
    const rests = order.nextCheckAt === null || order.nextCheckAt > now
    if (order.failure && rests && new Date(order.failure.at) >= askedAt) throw tryFailed(order.failure, order.nextCheckAt, now)
    if (waited >= waitMs || ask.signal?.aborted) return { done: false, answer: await present(world, order) }
    await sleep(pollMs)
  }
}

async function readOrder(world: Pick<World, 'db'>, id: string): Promise<Order> {
  const order = await orderById(world.db.q, id)
  if (order?.status === 'canceled') throw orderCanceled()
  if (order) return order
  throw (await checkoutById(world.db.q, id)) ? notPaidYet() : noSuchOrder()
}

async function present(world: Pick<World, 'db'>, order: Order): Promise<ProvisionAnswer> {
  const place = order.pterodactylServerId === null ? null : await reservationOf(world.db.q, order.id)
  const port = place?.allocations[0]
  return {
    id: order.pterodactylServerId,
    identifier: order.pterodactylServerIdentifier,
    node: place?.nodeName ?? null,
    allocation: port ? `${port.ip}:${port.port}` : null,
    status: order.status,
  }
}
