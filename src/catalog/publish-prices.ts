import type { World } from '../world.ts'
import { TERM_MONTHS } from './rules/terms.ts'
import { pricesOfPlan, savePublished, type UnpublishedPrice, unpublishedPrices } from './store/prices.ts'

/** Calls to Stripe at once: a first publishing of a whole catalogue takes seconds, far below Stripe's limits. */
const AT_ONCE = 4

/**
 * Makes every price on sale known to Stripe. Idempotent: Stripe is asked for the plan, term and amount first, so one that
 * was published and not noted here is found again. A changed amount is a new price; subscriptions keep the old one.
 * Throws what Stripe's adapter throws; what was published until then is noted.
 */
export async function publishPrices(
  world: Pick<World, 'db' | 'stripe'>,
  signal?: AbortSignal,
): Promise<{ published: number; unchanged: number }> {
  const { waiting, unchanged } = await unpublishedPrices(world.db.q)
  // The terms of one plan share a product: one after the other, so that it is made once.
  const plans = [...Map.groupBy(waiting, (price) => price.planId).values()]
  const worker = async () => {
    for (let prices = plans.shift(); prices; prices = plans.shift()) for (const price of prices) await publish(world, price, signal)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { published: waiting.length, unchanged }
}

/** Asks Stripe for every price of one plan again, and makes what it does not have: another account's, say. @returns how many */
export async function publishAgain(world: Pick<World, 'db' | 'stripe'>, planId: string): Promise<number> {
  const prices = await pricesOfPlan(world.db.q, planId)
  for (const price of prices) await publish(world, price)
  return prices.length
}

async function publish(world: Pick<World, 'db' | 'stripe'>, price: UnpublishedPrice, signal?: AbortSignal): Promise<void> {
  const { planId, term, amountCents, currency } = price
  const planName = `${price.gameName} ${price.variant}, ${price.planName}`
  const ask = { planId, planName, term, months: TERM_MONTHS[term], amountCents, currency }
  const { priceId } = await world.stripe.ensurePrice(signal ? { signal } : {}, ask)
  await savePublished(world.db.q, price, priceId)
}
