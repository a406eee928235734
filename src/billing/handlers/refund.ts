import { openFinding, resolveFinding } from '../../findings/index.ts'
import { note, orderById } from '../../orders/index.ts'
import { didFail } from '../refund-subscription.ts'
import { paymentById, savePayment, saveRefund } from '../store/mirror.ts'
import { type Handler, textAt } from './handler.ts'

/** Money went back, by us or in Stripe's dashboard: the ledger follows. A refund alone ends no subscription and no server. */
export const refundChanged: Handler = async (world, event) => {
  const paymentId = textAt(event.object, 'payment_intent')
  const known = paymentId ? await paymentById(world.db.q, paymentId) : null
  const order = known ? await orderById(world.db.q, known.orderId) : null
  if (!paymentId || !order) return
  const call = { orderId: order.id }
  const refunds = await world.stripe.refundsOf(call, paymentId)
  for (const refund of refunds) await saveRefund(world.db.q, order.id, refund, null, world.now())
  // The newest tells: one that failed and was made again is settled.
  const [newest] = refunds
  const failed = newest && didFail(newest) ? newest : null
  const found = { kind: 'billing.refund_failed' as const, subject: { type: 'payment', id: paymentId } }
  const at = world.now()
  if (!failed && refunds.length > 0)
    await world.db.tx((tx) => resolveFinding(tx, { ...found, by: 'billing', reason: 'Refunded since.', at }))
  if (failed)
    await world.db.tx((tx) =>
      openFinding(tx, {
        ...found,
        severity: 'critical',
        summary: `A refund of ${(failed.amountCents / 100).toFixed(2)} did not reach the customer.`,
        remedy: 'Arrange the refund with the customer another way; Stripe says why in its dashboard.',
        evidence: { order: order.id, refund: failed.id, status: failed.status },
        at,
      }),
    )
  if (!order.stripeSubscriptionId) return
  const payments = await world.stripe.paymentsOf(call, { subscriptionId: order.stripeSubscriptionId })
  for (const payment of payments) await savePayment(world.db.q, order.id, payment, world.now())
  if (payments.some((payment) => payment.refundedCents < payment.amountCents)) return
  const asked = { kind: 'orders.refund_payment', subject: { type: 'order', id: order.id } }
  await world.db.tx((tx) => resolveFinding(tx, { ...asked, by: 'billing', reason: 'All of it was given back at Stripe.', at: world.now() }))
}

/** The bank takes the money back: a person must answer in days, and nothing is done to the server on a suspicion. */
export const disputeOpened: Handler = async (world, event) => {
  const paymentId = textAt(event.object, 'payment_intent')
  const known = paymentId ? await paymentById(world.db.q, paymentId) : null
  if (!known) return
  await world.db.tx(async (tx) => {
    await note(tx, known.orderId, 'The customer disputes the payment at the bank', { dispute: event.objectId }, world.now())
    await openFinding(tx, {
      kind: 'billing.dispute',
      severity: 'critical',
      subject: { type: 'order', id: known.orderId },
      summary: 'The customer disputes the payment of this order at the bank.',
      remedy: "Answer it in Stripe's dashboard before its date; cancel the order if it is lost.",
      evidence: { payment: known.id, dispute: event.objectId },
      at: world.now(),
    })
  })
}

/** The bank's last word comes with the signed event: won, the money stays; lost, a person ends the order. */
export const disputeClosed: Handler = async (world, event) => {
  const paymentId = textAt(event.object, 'payment_intent')
  const known = paymentId ? await paymentById(world.db.q, paymentId) : null
  const status = textAt(event.object, 'status')
  if (!known || !status) return
  const at = world.now()
  await world.db.tx(async (tx) => {
    await note(tx, known.orderId, `The dispute at the bank is closed: ${status}`, { dispute: event.objectId }, at)
    if (status === 'lost') return
    const subject = { type: 'order', id: known.orderId }
    await resolveFinding(tx, { kind: 'billing.dispute', subject, by: 'billing', reason: `The bank closed it: ${status}.`, at })
  })
}
