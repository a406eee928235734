import { ensureStripeCustomer } from '../accounts/index.ts'
import { planById } from '../catalog/index.ts'
import { openFinding } from '../findings/index.ts'
import { asFailure, type Failure } from '../kit/failure.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { Session } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { noSuchOrder } from './errors.ts'
import { expireCheckout } from './expire-checkout.ts'
import type { Checkout } from './order.ts'
import { noSessionMeans } from './rules.ts'
import { checkoutById, checkoutLocked, updateCheckout } from './store/checkouts.ts'
import { addEvent } from './store/timeline.ts'

type Place = Pick<World, 'db' | 'stripe' | 'now' | 'shop'>

/**
 * Brings an `opening` checkout to `open` (or, where Stripe refuses it for good, to `expired`). Safe to repeat: the
 * idempotency key and the stored `expires_at` make the same request of every try.
 * Throws what the adapter threw while it stays unknown; the checkout is `opening` then.
 */
export async function settleSession(world: Place, id: string, signal?: AbortSignal): Promise<Checkout> {
  const checkout = await checkoutById(world.db.q, id)
  if (!checkout) throw noSuchOrder()
  if (checkout.state !== 'opening') return checkout
  const customerId = await ensureStripeCustomer(world, checkout.userId)
  const session = await getSession(world, checkout, customerId, signal)
  return 'refused' in session ? giveUp(world, id, session.refused) : markOpen(world, id, session)
}

async function getSession(
  world: Place,
  checkout: Checkout,
  customerId: string,
  signal: AbortSignal | undefined,
): Promise<Session | { refused: Failure }> {
  const create = (version: number) => createSession(world, checkout, customerId, version, signal)
  const failure = await tried(() => create(checkout.keyVersion), 2)
  if (!('code' in failure)) return failure
  const means = noSessionMeans(failure)
  if (means !== 'look' && means !== 'none') throw failure
  const sessions = await world.stripe.sessionsOf({ orderId: checkout.id, signal }, customerId)
  const made = sessions.find((session) => session.ours && session.orderId === checkout.id)
  if (made) return made
  if (means === 'none') return { refused: failure }
  // Nothing was made and the key only replays the error: a new key is safe now, and only now.
  const version = checkout.keyVersion + 1
  await updateCheckout(world.db.q, checkout.id, { keyVersion: version }, world.now())
  return create(version)
}

/** The answer, or the last failure; asks again under the same key while no answer comes. */
async function tried(ask: () => Promise<Session>, times: number): Promise<Session | Failure> {
  for (let left = times - 1; ; left -= 1) {
    try {
      return await ask()
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (left <= 0 || noSessionMeans(failure) !== 'same_key') return failure
    }
  }
}

async function createSession(
  world: Place,
  checkout: Checkout,
  customerId: string,
  version: number,
  signal?: AbortSignal,
): Promise<Session> {
  const plan = await planById(world.db.q, checkout.planId)
  if (!plan) throw noSuchOrder()
  const page = `${world.shop.publicUrl}/orders/${checkout.id}`
  return world.stripe.createSession(
    { orderId: checkout.id, signal },
    {
      orderId: checkout.id,
      customerId,
      priceId: checkout.stripePriceId,
      expiresAt: checkout.sessionExpiresAt,
      successUrl: `${page}?paid=1`,
      cancelUrl: `${page}?canceled=1`,
      delayedPayments: plan.delayedPayments,
      description: `${plan.gameName} ${plan.name}`,
      bought: { ...checkout, serverName: checkout.askedAs ?? checkout.serverName },
      key: `order:${checkout.id}:session:v${version}`,
    },
  )
}

const markOpen = (world: Place, id: string, session: Session): Promise<Checkout> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const checkout = await checkoutLocked(tx, id)
    if (!checkout) throw noSuchOrder()
    if (checkout.state !== 'opening') return checkout
    const change = {
      state: 'open' as const,
      stripeSessionId: session.id,
      stripeSessionUrl: session.url,
      // Found instead of made: it may be paid or over already, so look at once.
      nextCheckAt: session.status === 'open' ? later(checkout.sessionExpiresAt, MINUTE) : now,
    }
    await updateCheckout(tx, id, change, now)
    await addEvent(tx, { orderId: id, at: now, kind: 'note', title: 'Payment page opened', details: { sessionId: session.id } })
    return { ...checkout, ...change, updatedAt: now }
  })

const giveUp = (world: Place, id: string, refused: Failure): Promise<Checkout> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const checkout = await expireCheckout(tx, id, { why: 'Stripe refused to open a payment page, and has none of ours', at })
    // Too late to ask is no fault of the shop's set-up.
    if (refused.field === 'expires_at') return checkout
    await openFinding(tx, {
      kind: 'orders.payment_page_refused',
      severity: 'critical',
      subject: { type: 'plan', id: checkout.planId },
      summary: `Stripe refuses to sell plan ${checkout.planId}: ${refused.next}`,
      remedy: 'Publish the prices again; check that the price and the customer belong to the Stripe account of STRIPE_SECRET_KEY.',
      evidence: { checkout: id, field: refused.field, requestId: refused.facts['requestId'] ?? null },
      at,
    })
    return checkout
  })
