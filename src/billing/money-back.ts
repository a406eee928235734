import type { Actor } from '../kit/actor.ts'
import { DAY, later } from '../kit/time.ts'
import { moneyBackUntil, orderById } from '../orders/index.ts'
import { type Ended, endOrder } from './end-order.ts'
import { noMoneyBack, noSuchOrder } from './errors.ts'
import { boughtSameGameSince } from './store/mirror.ts'
import type { BillingWorld } from './take-session.ts'

const SINCE_MS = 90 * DAY

/**
 * The promise of the shop, kept by itself: within 48 hours of delivery its customer ends an order and has all the money back, once
 * for each game in 90 days. The server is stopped at once and deleted a week later.
 * @throws Failure `orders.unknown` (also somebody else's), `billing.no_money_back`
 */
export async function takeMoneyBack(
  world: Pick<BillingWorld, 'db' | 'stripe' | 'now'>,
  ask: { by: Actor; orderId: string; requestId?: string | null },
): Promise<Ended> {
  const order = await orderById(world.db.q, ask.orderId)
  if (!order || order.userId !== ask.by.id) throw noSuchOrder()
  const until = moneyBackUntil(order)
  if (!until) throw noMoneyBack('This order has ended, or its server is not delivered yet.')
  if (world.now() > until) throw noMoneyBack('The 48 hours after delivery are over.')
  if (await boughtSameGameSince(world.db.q, order, later(order.createdAt, -SINCE_MS)))
    throw noMoneyBack('The 48-hour refund is for the first server of a game within 90 days, and you had one before.')
  return endOrder(world, {
    when: 'now',
    refund: { kind: 'full' },
    server: { kind: 'later', days: 7 },
    by: ask.by,
    orderId: order.id,
    reason: 'Not happy within the first 48 hours',
    dryRun: false,
    limitCents: 0,
    requestId: ask.requestId,
  })
}
