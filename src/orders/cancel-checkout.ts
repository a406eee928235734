import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import { Failure } from '../kit/failure.ts'
import type { Session } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { alreadyPaid, noSuchOrder } from './errors.ts'
import { expireCheckout } from './expire-checkout.ts'
import { followSession } from './follow-session.ts'
import type { Checkout } from './order.ts'
import { settleSession } from './settle-session.ts'
import { checkoutById } from './store/checkouts.ts'

/**
 * A customer calls off what is not paid yet: the pay page is closed at Stripe first, and only when Stripe says so is the
 * place given back. Paid in the same moment: the payment wins, `orders.already_paid`.
 */
export async function cancelCheckout(
  world: Pick<World, 'db' | 'stripe' | 'now' | 'shop'>,
  ask: { by: Actor; id: string; signal?: AbortSignal },
): Promise<Checkout> {
  const found = await checkoutById(world.db.q, ask.id)
  if (!found || found.userId !== ask.by.id) throw noSuchOrder()
  // While creation of the session is unknown there is nothing to close yet.
  const checkout = found.state === 'opening' ? await settleSession(world, ask.id, ask.signal) : found
  if (checkout.state === 'expired') return checkout
  if (checkout.state !== 'open' || !checkout.stripeSessionId) throw alreadyPaid()
  const session = await close(world, ask, checkout.stripeSessionId)
  if (session.status !== 'expired') {
    await followSession(world, session)
    throw alreadyPaid()
  }
  return world.db.tx(async (tx) => {
    const at = world.now()
    const over = await expireCheckout(tx, ask.id, { why: 'Called off by the customer', at })
    if (over.state === 'paid') throw alreadyPaid()
    await record(tx, { by: ask.by, did: 'orders.cancel_checkout', to: { type: 'checkout', id: ask.id }, at })
    return over
  })
}

/** Stripe refuses to close what is no longer open; then it says what became of it. */
async function close(world: Pick<World, 'stripe'>, ask: { id: string; signal?: AbortSignal }, sessionId: string): Promise<Session> {
  const call = { orderId: ask.id, signal: ask.signal }
  try {
    return await world.stripe.expireSession(call, sessionId)
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'stripe.refused') throw thrown
    const session = await world.stripe.session(call, sessionId)
    if (!session) throw thrown
    return session
  }
}
