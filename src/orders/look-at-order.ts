import type { Actor } from '../kit/actor.ts'
import type { PageAsk } from '../kit/contract.ts'
import { readPlace, writePlace } from '../kit/cursor.ts'
import type { World } from '../world.ts'
import type { OrderList, OrderView } from './contract.ts'
import { noSuchOrder } from './errors.ts'
import { nudgeCheckout } from './nudge-checkout.ts'
import { presentCheckout, presentOrder, presentOrders } from './present-order.ts'
import { checkoutById, unfinishedOf } from './store/checkouts.ts'
import { orderById, ordersOfUser } from './store/orders.ts'

type Looking = Pick<World, 'db' | 'now' | 'shop'>

/**
 * One of the customer's own orders, or the checkout that is to become it. Somebody else's id does not exist.
 * @param ask.justPaid the buyer comes back from the pay page: Stripe is asked soon
 */
export async function lookAtOrder(world: Looking, ask: { by: Actor; id: string; justPaid?: boolean }): Promise<OrderView> {
  const order = await orderById(world.db.q, ask.id)
  if (order) {
    if (order.userId !== ask.by.id) throw noSuchOrder()
    return presentOrder(world, order)
  }
  const checkout = await checkoutById(world.db.q, ask.id)
  if (!checkout || checkout.userId !== ask.by.id) throw noSuchOrder()
  if (checkout.state === 'open' || checkout.state === 'paying') await nudgeCheckout(world, checkout.id, ask.justPaid ? 'paid' : 'open')
  return presentCheckout(world, checkout)
}

/** A page of the customer's own, newest first; what is not paid yet stands on top of the first one. */
export async function listOrders(world: Looking, by: Actor, { cursor, limit }: PageAsk): Promise<OrderList> {
  const after = cursor ? readPlace(cursor) : null
  const [checkouts, found] = await Promise.all([
    after ? [] : unfinishedOf(world.db.q, by.id),
    ordersOfUser(world.db.q, by.id, { after, limit: limit + 1 }),
  ])
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const [unpaid, paid] = await Promise.all([Promise.all(checkouts.map((one) => presentCheckout(world, one))), presentOrders(world, page)])
  return {
    orders: [...unpaid, ...paid],
    nextCursor: found.length > page.length && last ? writePlace({ at: last.createdAt, id: last.id }) : null,
  }
}
