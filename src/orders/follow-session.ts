import { isUuid } from '../kit/ids.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { Session } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { expireCheckout } from './expire-checkout.ts'
import { type FoundBy, type Fulfilled, fulfil } from './fulfil-checkout.ts'
import { sessionMeans } from './rules.ts'
import { checkoutLocked, updateCheckout } from './store/checkouts.ts'
import { addEvent } from './store/timeline.ts'

export type Followed = Fulfilled | 'not_ours' | 'paying' | 'expired' | 'waiting'

/** Banks take days; Stripe tells us, and this is for when it could not. */
export const PAYING_LOOK_MS = 10 * MINUTE

/**
 * Acts on a session as Stripe has it now: the one way from a session to an order, taken by webhook, success page, cancel
 * and sweep alike.
 */
export async function followSession(world: Pick<World, 'db' | 'now'>, session: Session, foundBy: FoundBy = 'hint'): Promise<Followed> {
  if (!session.ours || !session.orderId) return 'not_ours'
  const checkoutId = session.orderId
  if (!isUuid(checkoutId)) return 'unknown_checkout'
  switch (sessionMeans(session)) {
    case 'fulfil':
      return fulfil(world, {
        checkoutId,
        sessionId: session.id,
        subscriptionId: session.subscriptionId,
        customerId: session.customerId,
        paidAt: session.paidAt ?? world.now(),
        amountCents: session.amountCents,
        currency: session.currency,
        foundBy,
      })
    case 'paying':
      return waitForBank(world, checkoutId, session)
    case 'expire':
      return endIfCurrent(world, checkoutId, session.id)
    case 'wait':
      return 'waiting'
  }
}

const waitForBank = (world: Pick<World, 'db' | 'now'>, id: string, session: Session): Promise<Followed> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const checkout = await checkoutLocked(tx, id)
    if (!checkout) return 'unknown_checkout'
    if (checkout.state === 'opening' || checkout.state === 'open') {
      const nextCheckAt = later(now, PAYING_LOOK_MS)
      await updateCheckout(tx, id, { state: 'paying', stripeSessionId: session.id, stripeSessionUrl: null, nextCheckAt }, now)
      await addEvent(tx, { orderId: id, at: now, kind: 'note', title: 'Payment under way at the bank, the place stays held', details: {} })
    }
    return 'paying'
  })

/** An older session of the checkout may end while a newer one is still open: that frees nothing. */
const endIfCurrent = (world: Pick<World, 'db' | 'now'>, id: string, sessionId: string): Promise<Followed> =>
  world.db.tx(async (tx) => {
    const checkout = await checkoutLocked(tx, id)
    if (!checkout) return 'unknown_checkout'
    if (checkout.stripeSessionId !== null && checkout.stripeSessionId !== sessionId) return 'waiting'
    if (checkout.stripeSessionId === null && checkout.state === 'opening') return 'waiting'
    await expireCheckout(tx, id, { why: 'Stripe says that the payment page is over and unpaid', at: world.now() })
    return 'expired'
  })
