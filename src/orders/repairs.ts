import { publishAgain } from '../catalog/index.ts'
import { byWay, type Repair, type RepairAsk, type Repairs } from '../findings/index.ts'
import type { World } from '../world.ts'
import { cancelOrder } from './cancel-order.ts'
import { noSuchOrder, notRetryable } from './errors.ts'
import type { Order } from './order.ts'
import { retryOrder } from './retry-order.ts'
import { retryRefusal } from './rules.ts'
import { orderById } from './store/orders.ts'

type OrdersWorld = Pick<World, 'db' | 'now'>

async function orderOf(world: OrdersWorld, { finding }: RepairAsk): Promise<Order> {
  const order = await orderById(world.db.q, finding.subject_id)
  if (!order) throw noSuchOrder()
  return order
}

/** Whoever opened the finding closes it when the order is through. */
export const retryRepair: Repair<OrdersWorld> = async (world, ask) => {
  const order = await orderOf(world, ask)
  const refusal = retryRefusal(order)
  if (refusal) throw notRetryable(refusal)
  const did = `Try the order again at once; it is ${order.status}${order.failure ? `: ${order.failure.cause}` : '.'}`
  if (!ask.dryRun) await retryOrder(world, { by: ask.by, orderId: order.id, reason: ask.reason, requestId: ask.requestId })
  return { did, mended: false }
}

/** Ends an order, with what else is asked for; the rest follows at Stripe and on the panel. */
const ending =
  (what: { refund: boolean; deleteServer: boolean }): Repair<OrdersWorld> =>
  async (world, ask) => {
    const order = await orderOf(world, ask)
    const server = order.pterodactylServerIdentifier ? ` ${order.pterodactylServerIdentifier}` : ''
    const parts = [
      order.status === 'canceled' ? 'The order is canceled already.' : 'End the order and its subscription, suspend its server.',
      ...(what.refund ? ['Give back every payment that Stripe has of it.'] : []),
      ...(what.deleteServer ? [`Delete its server${server}, if it stands.`] : []),
    ]
    if (!ask.dryRun) {
      const { by, reason, requestId } = ask
      await cancelOrder(world, { by, orderId: order.id, reason, requestId, ...what })
    }
    return { did: parts.join(' '), mended: !ask.dryRun }
  }

export const refundRepair = ending({ refund: true, deleteServer: true })
export const cancelRepair = ending({ refund: false, deleteServer: false })
export const RETRY_OR_REFUND: Repair<OrdersWorld> = byWay({ retry: retryRepair, refund: refundRepair })

const publish: Repair<OrdersWorld & Pick<World, 'stripe'>> = async (world, ask) => {
  const planId = ask.finding.subject_id
  if (ask.dryRun) return { did: `Ask Stripe for every price of the plan ${planId}, and make those that it does not have.`, mended: false }
  const count = await publishAgain(world, planId)
  return { did: `Prices of the plan ${planId} that Stripe has now: ${count}.`, mended: true }
}

/** What this room can mend when a person asks for it, by kind of finding. */
export const orderRepairs: Repairs<OrdersWorld & Pick<World, 'stripe'>> = {
  'orders.amount_differs': byWay({ deliver: retryRepair, refund: refundRepair }),
  'orders.delete_server': ending({ refund: false, deleteServer: true }),
  'orders.late': RETRY_OR_REFUND,
  'orders.paid_without_room': RETRY_OR_REFUND,
  'orders.payment_page_refused': publish,
  'orders.refund_payment': ending({ refund: true, deleteServer: false }),
}
