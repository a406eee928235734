import type { Tx } from '../db/index.ts'
import { openFinding } from '../findings/index.ts'
import type { World } from '../world.ts'
import { askForDeletion } from './ask-for-deletion.ts'
import type { OrderStatus } from './contract.ts'
import type { HandChange, Order } from './order.ts'
import { type HandMeaning, handChangeMeans } from './rules.ts'
import { lockOrder, writeOrder } from './save-order.ts'
import { tellCanceled } from './tell-canceled.ts'

/** Follows up a status that a person set in SQL. Both reconcilers call it first; with nothing to follow up it is a no-op. */
export const settleHandChange = (world: Pick<World, 'db' | 'now'>, orderId: string): Promise<HandMeaning | 'nothing'> =>
  world.db.tx(async (tx) => {
    const order = await lockOrder(tx, orderId)
    if (!order.changedByHand) return 'nothing'
    const means = handChangeMeans(order, order.changedByHand)
    await FOLLOW[means](tx, order, order.changedByHand, world.now())
    return means
  })

type Follow = (tx: Tx, order: Order, change: HandChange, at: Date) => Promise<void>

const FOLLOW: Record<HandMeaning, Follow> = {
  async retry(tx, order, change, at) {
    const title = 'Tried again, as asked for in SQL'
    await writeOrder(
      tx,
      order,
      { status: 'paid', failure: null, failureCount: 0, nextCheckAt: at, changedByHand: null },
      { title, by: change.by, at },
    )
  },

  async cancel(tx, order, change, at) {
    const title = 'Canceled, as asked for in SQL'
    const stop = order.suspendedAt ? {} : { suspendedAt: at, suspendedReason: 'canceled' }
    const ended = { status: 'canceled', canceledAt: at, failure: null, nextCheckAt: at, changedByHand: null } as const
    await writeOrder(tx, order, { ...ended, ...stop }, { title, by: change.by, at })
    await tellCanceled(tx, order, at)
    const subject = { type: 'order', id: order.id }
    const evidence = { ...change }
    if (order.pterodactylServerId) await askForDeletion(tx, order, evidence, at)
    await openFinding(tx, {
      kind: 'orders.refund_payment',
      severity: 'warning',
      subject,
      summary: 'Canceled in SQL: its subscription is ended without proration. Shall the payment go back?',
      remedy: 'Refund the order if the customer is to get the money back, or resolve this if not.',
      evidence,
      at,
    })
  },

  async restore(tx, order, change, at) {
    // An error whose failure a retry has cleared since has nothing to stand for.
    const isCleared = change.from === 'error' && order.failure === null && order.deliveredAt === null
    const status = isCleared ? 'paid' : (change.from as OrderStatus)
    const title = `Put back to ${status}: a status set in SQL does not change what is true`
    await writeOrder(tx, order, { status, nextCheckAt: at, changedByHand: null }, { title, by: 'orders', at })
    await openFinding(tx, {
      kind: 'orders.status_changed_by_hand',
      severity: 'warning',
      subject: { type: 'order', id: order.id },
      summary: `${change.by} set the status from ${change.from} to ${change.to} in SQL; it was put back and is being verified.`,
      remedy: 'Use "paid" to try again an order without a server, or "canceled" to end it; the other statuses follow from the panel.',
      evidence: { ...change },
      at,
    })
  },

  async over(tx, order, _change, at) {
    await writeOrder(tx, order, { nextCheckAt: at, changedByHand: null }, { title: 'Canceled', by: 'orders', at })
  },
}
