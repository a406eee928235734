import { ordersOwing, ordersToEnd, ordersToPrice, ordersWithWishes } from '../../billing/index.ts'
import { wake } from '../../db/index.ts'
import { DAY, later } from '../../kit/time.ts'
import { dueCheckouts, dueOrders, ordersWaitingForCapacity } from '../../orders/index.ts'
import type { World } from '../../world.ts'

type Waker = Pick<World, 'db' | 'now'>
const BATCH = 200
/** How far back the sweep looks for canceled orders whose money is not settled. */
const OWING_MS = 30 * DAY

const wakeAll = (world: Waker, topic: string, keys: string[]): Promise<void> =>
  keys.length === 0
    ? Promise.resolve()
    : world.db.tx(async (tx) => {
        for (const key of keys) await wake(tx, topic, key)
      })

/** Orders whose next look has come: what the queue should have brought by itself. */
export const wakeDueOrders = async (world: Waker): Promise<void> => {
  const now = world.now()
  await wakeAll(world, 'orders.changed', await dueOrders(world.db.q, now, BATCH))
}
/** Orders whose money is not settled: canceled with a subscription or refund open, on a new plan at the old price, or with an end or a refund to bring to Stripe. */
export async function wakeOwing(world: Waker): Promise<void> {
  await wakeAll(world, 'orders.changed', await ordersOwing(world.db.q, later(world.now(), -OWING_MS), BATCH))
  for (const open of [ordersToPrice, ordersToEnd, ordersWithWishes]) await wakeAll(world, 'orders.changed', await open(world.db.q, BATCH))
}

export const wakeDueCheckouts = async (world: Waker): Promise<void> =>
  wakeAll(world, 'checkouts.changed', await dueCheckouts(world.db.q, world.now(), BATCH))

/** Room came free in a region: all orders that wait for it look again, the oldest first; how many fit is placement's to say. */
export async function wakeWaitingForCapacity(world: Waker, regionId: string): Promise<void> {
  let after: { id: string; createdAt: Date } | null = null
  for (;;) {
    const waiting: { id: string; createdAt: Date }[] = await ordersWaitingForCapacity(world.db.q, { regionId, after, limit: BATCH })
    // One by one: keys of one transaction are queued in the order of their ids, and who has waited longest goes first.
    for (const { id } of waiting) await wakeAll(world, 'orders.changed', [id])
    after = waiting.at(-1) ?? null
    if (waiting.length < BATCH || !after) return
  }
}
