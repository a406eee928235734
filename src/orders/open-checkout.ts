import { gameById, planById } from '../catalog/index.ts'
import { regions, sellingState } from '../fleet/index.ts'
import { asFailure, Failure } from '../kit/failure.ts'
import { alsoBusyWith } from '../kit/working.ts'
import type { World } from '../world.ts'
import {
  alreadyPaid,
  emailNotVerified,
  eulaNeeded,
  notSelling,
  paymentPageLate,
  paymentPageRefused,
  planNotSold,
  unknownRegion,
} from './errors.ts'
import { holdPlace, type Offer, type OpenAsk } from './hold-place.ts'
import { settleSession } from './settle-session.ts'

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
  const id = await holdPlace(world, open, offer)
  alsoBusyWith({ orderId: id })
  const settled = await settleSession(world, id, open.signal).catch((thrown: unknown) => {
    const failure = asFailure(thrown)
    if (failure.kind === 'bug') throw failure
    throw paymentPageLate(id, failure.retryAfterMs ?? 5_000)
  })
  if (settled.state === 'expired') throw paymentPageRefused()
  if (settled.state !== 'open' || !settled.stripeSessionUrl) throw alreadyPaid()
  return { id, url: settled.stripeSessionUrl }
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
