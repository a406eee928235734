import { userById } from '../accounts/index.ts'
import type { Tx } from '../db/index.ts'
import { post } from '../messages/index.ts'
import type { Order } from './order.ts'

/** Nobody's server stops without a word; where money goes back, that mail says it all. */
export async function tellCanceled(tx: Tx, order: Pick<Order, 'id' | 'userId' | 'serverName' | 'deleteWantedAt'>, at: Date): Promise<void> {
  const user = await userById(tx, order.userId)
  if (!user) return
  const props = { orderId: order.id, serverName: order.serverName, deleteAt: order.deleteWantedAt?.toISOString() ?? null }
  await post(tx, { userId: user.id, toEmail: user.email, template: 'canceled', props, dedupeKey: `order:${order.id}:canceled`, at })
}
