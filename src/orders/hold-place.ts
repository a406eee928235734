import { randomUUID } from 'node:crypto'
import type { Plan } from '../catalog/index.ts'
import { holdWanted, readPlacing } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { CheckoutAsk } from './contract.ts'
import { noTurn, tooManyFromAddress, tooManyOpen } from './errors.ts'
import { CHECKOUT_LIMITS, type CheckoutLimits, isSameWish } from './rules.ts'
import { insertHeld, type Unfinished, updateCheckout } from './store/checkouts.ts'

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

/** Each but the last was in vain because others were faster. */
const TRIES_MAX = 20

/**
 * The checkout and its place, or neither, in one statement. It is decided on what is unfinished, first of all on nothing, as
 * most customers have; where that turns out to be otherwise nothing was done, and it is decided again on what there is. The
 * same where others work on every node that fits: then one is waited for, in a transaction that holds nothing else.
 * The same wish while one is open gives that one again.
 * @returns the checkout's id. Throws the failures of limits in errors.ts, `fleet.no_capacity`, `fleet.holds_full`
 */
export async function holdPlace(world: Pick<World, 'db' | 'now'>, open: OpenAsk, offer: Offer): Promise<string> {
  const { q } = world.db
  const { by, ask, limits = CHECKOUT_LIMITS } = open
  const wish = { planId: ask.plan_id, regionId: ask.region, term: ask.term }
  let unfinished: Unfinished = { own: [], fromAddress: 0 }
  let waitFor: number | null = null
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const now = world.now()
    const same = unfinished.own.find((one) => isSameWish(one, wish, now))
    if (same) {
      if (same.serverName !== ask.server_name) await updateCheckout(q, same.id, { serverName: ask.server_name }, now)
      return same.id
    }
    if (unfinished.own.length >= limits.openPerCustomer) throw tooManyOpen(limits.openPerCustomer)
    if (unfinished.fromAddress >= limits.openPerAddress) throw tooManyFromAddress()

    const hold = holdOf(open, offer, now)
    const known = unfinished.own.map((one) => one.id)
    const first = { title: 'Checkout begun, a place is held', details: { by: by.id, plan: offer.plan.id, region: ask.region } }
    const checkout = { ...checkoutOf(open, offer, now), ...wish, id: hold.id }
    const opened = await insertHeld(q, { checkout, known, addressMax: limits.openPerAddress, hold: holdWanted(hold, waitFor), first })
    if ('unfinished' in opened) unfinished = opened.unfinished
    else if (opened.placed && 'busyNodeId' in opened.placed) waitFor = opened.placed.busyNodeId
    else {
      await readPlacing(q, hold, opened.placed)
      return hold.id
    }
  }
  throw noTurn()
}

const holdOf = ({ ask }: OpenAsk, { plan }: Offer, at: Date) => ({
  id: randomUUID(),
  regionId: ask.region,
  ramMb: plan.ramGb * 1024,
  diskMb: plan.diskGb * 1024,
  ports: plan.ports,
  at,
})

const checkoutOf = ({ by, ask, clientIp }: OpenAsk, { price, eulaAccepted }: Offer, now: Date) => ({
  userId: by.id,
  serverName: ask.server_name,
  amountCents: price.amountCents,
  currency: price.currency,
  stripePriceId: price.stripePriceId,
  sessionExpiresAt: later(now, SESSION_MS),
  termsAcceptedAt: now,
  eulaAcceptedAt: eulaAccepted ? now : null,
  clientIp,
  nextCheckAt: later(now, FIRST_LOOK_MS),
  createdAt: now,
})
