import { findingById, type Repair } from '../findings/index.ts'
import { isUuid } from '../kit/ids.ts'
import { lockOrder, orderById, saveOrder } from '../orders/index.ts'
import { notRepairable } from './errors.ts'
import { dueNow } from './store/repair.ts'
import { wishAgain, wishesOf } from './store/wishes.ts'
import { type BillingWorld, takeSession } from './take-session.ts'
import { undoEnd } from './undo-end.ts'

/** The money of an order is looked at afresh: what Stripe has is asked, and what is left to end, charge or give back is done. */
async function lookAgain(world: BillingWorld, orderId: string): Promise<void> {
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, orderId)
    const title = 'Its money is looked at again, by request'
    await saveOrder(tx, order, order.status === 'canceled' ? { moneySettledAt: null } : {}, { title, by: 'billing', at: world.now() })
  })
}

export const retryMoney: Repair<BillingWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const order = isUuid(orderId) ? await orderById(world.db.q, orderId) : null
  if (!order) throw notRepairable('There is no such order.')
  const wants =
    order.status !== 'canceled' ? 'the price of its plan' : order.refundWanted ? 'its end and its refund' : 'the end of its subscription'
  if (!ask.dryRun) await lookAgain(world, orderId)
  return { did: `Ask Stripe what it has of the order, and do what is left: ${wants}.`, mended: false }
}

/** Only where a refund was wanted of us: one made in Stripe's dashboard is its maker's to repeat. */
export const retryRefund: Repair<BillingWorld> = async (world, ask) => {
  const orderId = String(ask.finding.evidence['order'] ?? '')
  const order = isUuid(orderId) ? await orderById(world.db.q, orderId) : null
  const wished = order !== null && (await wishesOf(world.db.q, orderId)).length > 0
  if (!order?.refundWanted && !wished)
    throw notRepairable('We never asked for this refund: it was made in Stripe’s dashboard. Make it again there.')
  if (!ask.dryRun) {
    if (wished) await wishAgain(world.db.q, orderId)
    await lookAgain(world, orderId)
  }
  return { did: `Ask Stripe what is left of the order's payments, and give it back under a new key.`, mended: false }
}

/** What Stripe has given back for it counts; the rest is asked for again. */
export const retryRefused: Repair<BillingWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  if (!ask.dryRun) {
    if ((await wishAgain(world.db.q, orderId, ['refused'])) === 0) throw notRepairable('No refund of this order was refused.')
    await lookAgain(world, orderId)
  }
  return { did: 'Ask Stripe what is left of the order’s payments, and give back what was asked for.', mended: false }
}

export const keepServer: Repair<BillingWorld> = async (world, { finding, by, reason, dryRun, requestId }) => {
  const { did, stays } = await undoEnd(world, { by, orderId: finding.subject_id, reason, dryRun, requestId })
  return { did: [...did, ...stays].join(' '), mended: !dryRun }
}

export const retrySecondPayment: Repair<BillingWorld> = async (world, ask) => {
  const { finding, dryRun } = ask
  const orderId = finding.subject_id
  const session = await world.stripe.session({ orderId }, String(finding.evidence['second'] ?? ''))
  if (!session?.subscriptionId) throw notRepairable('Stripe does not know the second session, or it has no subscription.')
  const did = `End the subscription ${session.subscriptionId} and give back what is left of its payments.`
  if (dryRun) return { did, mended: false }
  await takeSession(world, session, { orderId })
  return { did, mended: (await findingById(world.db.q, finding.id))?.status !== 'open' }
}

export const retryEvent: Repair<BillingWorld> = async (world, ask) => {
  const id = ask.finding.subject_id
  if (!ask.dryRun && !(await dueNow(world.db.q, id, world.now()))) throw notRepairable('The event is handled by now, or not in the inbox.')
  return { did: `Handle the event ${id} again within seconds.`, mended: false }
}
