import type { Queries } from '../../db/index.ts'
import type { Term } from '../contract.ts'

export interface UnpublishedPrice {
  planId: string
  planName: string
  gameName: string
  variant: string
  term: Term
  currency: string
  amountCents: number
}

const onSale = (q: Queries) =>
  q
    .selectFrom('plan_prices as c')
    .innerJoin('plans as p', 'p.id', 'c.plan_id')
    .innerJoin('recipes as r', 'r.id', 'p.recipe_id')
    .innerJoin('games as g', 'g.id', 'r.game_id')
    .where('p.withdrawn_at', 'is', null)
    .select(['c.plan_id as planId', 'p.name as planName', 'g.name as gameName', 'r.variant', 'c.term', 'c.currency'])
    .select(['c.amount_cents as amountCents', 'c.stripe_price_id'])
    .orderBy('p.sort')
    .orderBy('c.plan_id')
    .orderBy('c.amount_cents')

/** Prices of plans on sale that Stripe does not have yet, and how many it has. */
export async function unpublishedPrices(q: Queries): Promise<{ waiting: UnpublishedPrice[]; unchanged: number }> {
  const rows = await onSale(q).execute()
  const waiting = rows.filter((row) => row.stripe_price_id === null)
  return { waiting, unchanged: rows.length - waiting.length }
}

/** All prices of one plan, whatever Stripe was said to have. */
export const pricesOfPlan = (q: Queries, planId: string): Promise<UnpublishedPrice[]> => onSale(q).where('c.plan_id', '=', planId).execute()

/** Saves Stripe's id for this amount; not when the amount has changed since. */
export async function savePublished(q: Queries, price: UnpublishedPrice, stripePriceId: string): Promise<void> {
  await q
    .updateTable('plan_prices')
    .set({ stripe_price_id: stripePriceId })
    .where('plan_id', '=', price.planId)
    .where('term', '=', price.term)
    .where('amount_cents', '=', price.amountCents)
    .where('currency', '=', price.currency)
    .execute()
}
