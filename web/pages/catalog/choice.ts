import type { GameView, PlanView, PriceView, Term } from '../../../src/catalog/contract.ts'
import { TERMS } from '../../../src/catalog/contract.ts'
import { oneOf, textOf } from '../../ui/search.ts'

/** What the reader chose, as it stands in the address: so it survives signing up, a reload, a shared link. */
export type Choice = {
  variant?: string | undefined
  plan?: string | undefined
  term?: Term | undefined
  region?: string | undefined
  name?: string | undefined
}

export const parseChoice = (search: Record<string, unknown>): Choice => ({
  variant: textOf(search['variant']),
  plan: textOf(search['plan']),
  term: oneOf(TERMS, search['term']),
  region: textOf(search['region']),
  name: textOf(search['name'])?.slice(0, 60),
})

/** What can be bought right now: the recipe is sound and there is room somewhere. */
export const buyable = (plan: PlanView) => plan.sellable && Object.values(plan.availability).includes('available')
export const fitsIn = (plan: PlanView, region: string) => plan.availability[region] === 'available'

export const variantsOf = (game: GameView) => [...new Set(game.plans.map((plan) => plan.variant))]

export type Resolved = { variant: string; plan: PlanView | null; price: PriceView | null; region: string | null }

/** The choice made whole against what the shop has now. What is wished for and gone falls back to what can be bought. */
export function resolveChoice(game: GameView, choice: Choice): Resolved {
  const wished = game.plans.find((plan) => plan.id === choice.plan)
  const variants = variantsOf(game)
  const variant =
    [choice.variant, wished?.variant].find((name) => name !== undefined && variants.includes(name)) ??
    game.plans.find(buyable)?.variant ??
    variants[0] ??
    ''
  const plans = game.plans.filter((plan) => plan.variant === variant)
  const plan = plans.find((each) => each === wished && buyable(each)) ?? plans.find(buyable) ?? null
  if (!plan) return { variant, plan: null, price: null, region: null }
  const price = plan.prices.find((each) => each.term === choice.term) ?? plan.prices[0] ?? null
  const regions = game.regions.map((each) => each.id)
  const region = [choice.region, ...regions].find((each) => each !== undefined && fitsIn(plan, each)) ?? null
  return { variant, plan, price, region }
}
