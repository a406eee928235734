/** Why a plan cannot be sold now, for an operator and (in the shop) for a customer; null: it can. */
export function planProblem(plan: {
  withdrawn: boolean
  gameEnabled: boolean
  recipeProblem: string | null
  prices: { stripePriceId: string | null }[]
}): string | null {
  if (plan.withdrawn) return 'This plan is no longer sold.'
  if (!plan.gameEnabled) return 'This game is not sold at the moment.'
  if (plan.recipeProblem) return plan.recipeProblem
  if (plan.prices.length === 0) return 'This plan has no price.'
  if (plan.prices.some((price) => price.stripePriceId === null)) return 'Its prices are not published at Stripe yet.'
  return null
}
