import { randomUUID } from 'node:crypto'
import { gameById, type Plan, planById } from '../catalog/index.ts'
import { place, regions, sellingState } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure, Failure } from '../kit/failure.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { CheckoutAsk } from './contract.ts'
import {
  alreadyPaid,
  emailNotVerified,
  eulaNeeded,
  notSelling,
  paymentPageLate,
  paymentPageRefused,
  planNotSold,
  tooManyFromAddress,
  tooManyOpen,
  unknownRegion,
} from './errors.ts'
import { CHECKOUT_LIMITS, type CheckoutLimits, isSameWish } from './rules.ts'
import { settleSession } from './settle-session.ts'
import { insertCheckout, lockCustomer, unfinishedFromAddress, unfinishedOf, updateCheckout } from './store/checkouts.ts'
import { addEvent } from './store/timeline.ts'

export interface OpenAsk {
  by: Actor
  verified: boolean
  ask: CheckoutAsk
  clientIp: string | null
  limits?: CheckoutLimits
  signal?: AbortSignal
}

/** Stripe refuses sessions shorter than 30 minutes; five are left for asking again under the same key. */
const SESSION_MS = 35 * MINUTE
/** By then the request that opened it is over, one way or the other. */
const FIRST_LOOK_MS = MINUTE

/**
 * Holds a place and opens Stripe's pay page for it. The same wish while one is open gives that one again; a changed
 * server name is taken over, since Stripe's page does not show it. Throws the failures of errors.ts, `fleet.no_capacity`,
 * and `orders.payment_page_late` while it is unknown whether Stripe made the session: the hold stands, billing goes on.
 */
export async function openCheckout(
  world: Pick<World, 'db' | 'stripe' | 'now' | 'shop'>,
  open: OpenAsk,
): Promise<{ id: string; url: string }> {
  const offer = await checkOffer(world, open)
  const id = await hold(world, open, offer)
  const settled = await settleSession(world, id, open.signal).catch((thrown: unknown) => {
    const failure = asFailure(thrown)
    if (failure.kind === 'bug') throw failure
    throw paymentPageLate(id, failure.retryAfterMs ?? 5_000)
  })
  if (settled.state === 'expired') throw paymentPageRefused()
  if (settled.state !== 'open' || !settled.stripeSessionUrl) throw alreadyPaid()
  return { id, url: settled.stripeSessionUrl }
}

interface Offer {
  plan: Plan
  price: { amountCents: number; currency: string; stripePriceId: string }
  eulaAccepted: boolean
}

async function checkOffer(world: Pick<World, 'db' | 'now'>, { by, verified, ask }: OpenAsk): Promise<Offer> {
  const { q } = world.db
  if (by.kind !== 'user')
    throw new Failure({
      code: 'accounts.person_needed',
      kind: 'denied',
      say: 'Only a signed-in customer can order.',
      next: 'Sign in first.',
    })
  if (!verified) throw emailNotVerified()
  const state = await sellingState(q, world.now())
  if (!state.selling) throw notSelling(state.notice)
  const plan = await planById(q, ask.plan_id)
  if (!plan || plan.problem) throw planNotSold(plan?.problem ?? null)
  const price = plan.prices.find((one) => one.term === ask.term)
  if (!price?.stripePriceId) throw planNotSold('This term is not sold for this plan.')
  if (!(await regions(q)).some((region) => region.id === ask.region)) throw unknownRegion()
  const game = await gameById(q, plan.gameId)
  if (!game) throw planNotSold(null)
  if (game.eula && !ask.accept_eula) throw eulaNeeded(game.eula.name)
  return {
    plan,
    price: { amountCents: price.amountCents, currency: price.currency, stripePriceId: price.stripePriceId },
    eulaAccepted: game.eula !== null && ask.accept_eula === true,
  }
}

/** One transaction: the checkout and its place, or neither. */
const hold = (world: Pick<World, 'db' | 'now'>, { by, ask, clientIp, limits = CHECKOUT_LIMITS }: OpenAsk, offer: Offer): Promise<string> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const wish = { planId: ask.plan_id, regionId: ask.region, term: ask.term }
    await lockCustomer(tx, by.id)
    const unfinished = await unfinishedOf(tx, by.id)
    const same = unfinished.find((one) => isSameWish(one, wish, now))
    if (same) {
      if (same.serverName !== ask.server_name) await updateCheckout(tx, same.id, { serverName: ask.server_name }, now)
      return same.id
    }
    if (unfinished.length >= limits.openPerCustomer) throw tooManyOpen(limits.openPerCustomer)
    if (clientIp && (await unfinishedFromAddress(tx, clientIp)) >= limits.openPerAddress) throw tooManyFromAddress()

    const id = randomUUID()
    const { plan, price } = offer
    await insertCheckout(tx, {
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
    })
    const want = { id, regionId: ask.region, ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports, at: now }
    const placed = await place(tx, want)
    const details = { by: by.id, plan: plan.id, region: ask.region, node: placed.nodeName }
    await addEvent(tx, { orderId: id, at: now, kind: 'note', title: 'Checkout begun, a place is held', details })
    return id
  })
