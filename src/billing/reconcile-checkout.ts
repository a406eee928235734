import { openFinding, resolveFinding } from '../findings/index.ts'
import { asFailure } from '../kit/failure.ts'
import { type Outcome, retry, settled } from '../kit/outcome.ts'
import { backOffMs, HOUR, later, MINUTE } from '../kit/time.ts'
import { type Checkout, checkoutById, lookAgainAt, PAYING_LOOK_MS, settleSession } from '../orders/index.ts'
import type { World } from '../world.ts'
import { CHECKOUT_RETRY_MS_MAX } from './rules.ts'
import { takeSession } from './take-session.ts'

type CheckoutWorld = Pick<World, 'db' | 'stripe' | 'now' | 'log' | 'shop'>

/**
 * One look at an unpaid checkout: finishes what its opening left unknown, else asks Stripe what became of its session.
 * A hold ends here only by Stripe's word.
 */
export async function reconcileCheckout(world: CheckoutWorld, id: string, signal: AbortSignal): Promise<Outcome> {
  const checkout = await checkoutById(world.db.q, id)
  if (!checkout || checkout.state === 'paid' || checkout.state === 'expired') return settled()
  try {
    const afterMs = checkout.state === 'opening' ? await open(world, checkout, signal) : await look(world, checkout, signal)
    if (afterMs === null) return settled()
    await lookAgainAt(world.db.q, id, later(world.now(), afterMs))
    return settled(afterMs)
  } catch (thrown) {
    const failure = asFailure(thrown)
    const sinceMs = world.now().getTime() - checkout.updatedAt.getTime()
    const tries = Math.max(1, Math.round(Math.log2(Math.max(2, sinceMs / 1_000))))
    const afterMs = failure.retryAfterMs ?? backOffMs(tries, CHECKOUT_RETRY_MS_MAX)
    await lookAgainAt(world.db.q, id, later(world.now(), afterMs))
    // A fault of ours: the loop counts it, sets the checkout aside and tells.
    if (failure.kind === 'bug') throw thrown
    return retry(failure, afterMs)
  }
}

/** @returns when to look again, null when there is nothing left to look at */
async function open(world: CheckoutWorld, checkout: Checkout, signal: AbortSignal): Promise<number | null> {
  const settledOne = await settleSession(world, checkout.id, signal)
  if (settledOne.state === 'paid' || settledOne.state === 'expired') return null
  return Math.max(0, (settledOne.nextCheckAt ?? world.now()).getTime() - world.now().getTime())
}

async function look(world: CheckoutWorld, checkout: Checkout, signal: AbortSignal): Promise<number | null> {
  const call = { orderId: checkout.id, signal }
  const session = checkout.stripeSessionId ? await world.stripe.session(call, checkout.stripeSessionId) : null
  if (!session) return reportGone(world, checkout)
  await world.db.tx((tx) => resolveFinding(tx, { ...gone(checkout), by: 'billing', reason: 'Stripe knows it.', at: world.now() }))
  const followed = await takeSession(world, session, call)
  if (followed === 'paying') return PAYING_LOOK_MS
  if (followed !== 'waiting') return null
  return Math.max(MINUTE, later(session.expiresAt, MINUTE).getTime() - world.now().getTime())
}

const gone = ({ id }: Checkout) => ({ kind: 'billing.session_gone' as const, subject: { type: 'checkout', id } })

async function reportGone(world: CheckoutWorld, checkout: Checkout): Promise<number> {
  await world.db.tx((tx) =>
    openFinding(tx, {
      ...gone(checkout),
      severity: 'warning',
      summary: 'Stripe does not know the payment page of an open checkout, so its place stays held.',
      remedy:
        'Check that STRIPE_SECRET_KEY belongs to the account that opened it. If it does, repair this: the checkout ends where Stripe has no page of it.',
      evidence: { sessionId: checkout.stripeSessionId },
      at: world.now(),
    }),
  )
  return HOUR
}
