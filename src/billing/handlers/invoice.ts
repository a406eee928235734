import { checkoutById, orderById } from '../../orders/index.ts'
import type { Session, StripeCall, Subscription } from '../../outside/stripe/types.ts'
import { followSubscription } from '../follow-subscription.ts'
import { savePayment } from '../store/mirror.ts'
import { type BillingWorld, takeSession } from '../take-session.ts'
import { type Handler, textAt } from './handler.ts'

/** Money came in: the safety net for a first payment whose session event is lost, and the ledger's line for any. */
export const invoicePaid: Handler = async (world, event) => {
  const id = textAt(event.object, 'parent.subscription_details.subscription')
  const askedFrom = world.now()
  const subscription = id ? await world.stripe.subscription({}, id) : null
  if (!subscription?.orderId) return
  const { orderId } = subscription
  const call = { orderId }
  if (!(await orderById(world.db.q, orderId))) {
    const session = await sessionBehind(world, subscription, call)
    if (session) await takeSession(world, session, call, event.foundBy)
  }
  // A second payment of the same checkout is booked where it is given back.
  const order = await orderById(world.db.q, orderId)
  if (order?.stripeSubscriptionId !== subscription.id) return
  await followSubscription(world, order, subscription, askedFrom)
  for (const payment of await world.stripe.paymentsOf(call, { subscriptionId: subscription.id }))
    await savePayment(world.db.q, orderId, payment, world.now())
}

/** A renewal could not be charged, or waits for the bank's own question: the subscription says which. */
export const invoiceUnpaid: Handler = async (world, event) => {
  const id = textAt(event.object, 'parent.subscription_details.subscription')
  const askedFrom = world.now()
  const subscription = id ? await world.stripe.subscription({}, id) : null
  const order = subscription?.orderId ? await orderById(world.db.q, subscription.orderId) : null
  if (subscription && order?.stripeSubscriptionId === subscription.id) await followSubscription(world, order, subscription, askedFrom)
}

async function sessionBehind(world: BillingWorld, subscription: Subscription, call: StripeCall): Promise<Session | null> {
  const checkout = subscription.orderId ? await checkoutById(world.db.q, subscription.orderId) : null
  const known = checkout?.stripeSessionId ? await world.stripe.session(call, checkout.stripeSessionId) : null
  if (known?.subscriptionId === subscription.id) return known
  const sessions = await world.stripe.sessionsOf(call, subscription.customerId)
  const found = sessions.find((session) => session.subscriptionId === subscription.id)
  return found ? world.stripe.session(call, found.id) : null
}
