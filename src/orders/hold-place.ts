import { randomUUID } from 'node:crypto'
import type { Plan } from '../catalog/index.ts'
import { place } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { CheckoutAsk } from './contract.ts'
import { tooManyFromAddress, tooManyOpen } from './errors.ts'
import { CHECKOUT_LIMITS, type CheckoutLimits, isSameWish } from './rules.ts'
import { insertCheckout, lineUp, updateCheckout } from './store/checkouts.ts'

export interface OpenAsk {
  by: Actor
  verified: boolean
  ask: CheckoutAsk
  clientIp: string | null
  limits?: CheckoutLimits
  signal?: AbortSignal
}
/** What is sold to this ask: looked up before, and fixed. */
export interface Offer {
  plan: Plan
  price: { amountCents: number; currency: string; stripePriceId: string }
  eulaAccepted: boolean
}

/** Stripe refuses sessions shorter than 30 minutes; five are left for asking again under the same key. */
const SESSION_MS = 35 * MINUTE
/** By then the request that opened it is over, one way or the other. */
const FIRST_LOOK_MS = MINUTE

/**
 * One transaction: the checkout and its place, or neither. The same wish while one is open gives that one again.
 * @returns the checkout's id. Throws the failures of limits in errors.ts, `fleet.no_capacity`, `fleet.holds_full`
 */
export const holdPlace = (
  world: Pick<World, 'db' | 'now'>,
  { by, ask, clientIp, limits = CHECKOUT_LIMITS }: OpenAsk,
  offer: Offer,
): Promise<string> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const wish = { planId: ask.plan_id, regionId: ask.region, term: ask.term }
    const unfinished = await lineUp(tx, by.id, clientIp)
    const same = unfinished.own.find((one) => isSameWish(one, wish, now))
    if (same) {
      if (same.serverName !== ask.server_name) await updateCheckout(tx, same.id, { serverName: ask.server_name }, now)
      return same.id
    }
    if (unfinished.own.length >= limits.openPerCustomer) throw tooManyOpen(limits.openPerCustomer)
    if (unfinished.fromAddress >= limits.openPerAddress) throw tooManyFromAddress()

    const id = randomUUID()
    const { plan, price } = offer
    const want = { id, regionId: ask.region, ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports, at: now }
    const placed = await place(tx, want)
    const checkout = {
      ...wish,
      id,
      userId: by.id,
      serverName: ask.server_name,
      amountCents: price.amountCents,
      currency: price.currency,
      stripePriceId: price.stripePriceId,
      sessionExpiresAt: later(now, SESSION_MS),
      termsAcceptedAt: now,
      eulaAcceptedAt: offer.eulaAccepted ? now : null,
      clientIp,
      nextCheckAt: later(now, FIRST_LOOK_MS),
      createdAt: now,
    }
    const details = { by: by.id, plan: plan.id, region: ask.region, node: placed.nodeName }
    await insertCheckout(tx, checkout, { title: 'Checkout begun, a place is held', details })
    return id
  })
