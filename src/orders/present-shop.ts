import type { GameSummary, GameView, PlanView, ShopView } from '../catalog/contract.ts'
import { type Game, gameById, gamesForSale, type Plan, plansOfGame, viewPrice } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { availability, type Region, regions, sellingState, type Want } from '../fleet/index.ts'
import { Failure } from '../kit/failure.ts'
import type { World } from '../world.ts'

type Looking = Pick<World, 'now' | 'shop'> & { db: { q: Queries } }

const CURRENCY = 'usd'

/** Where each plan fits now: asked once for the page, by what a server of the plan needs. */
const fitsOf = async (q: Queries, plans: Plan[]): Promise<Map<string, Record<string, boolean>>> => {
  const fits = await availability(q, plans.map(wantOf))
  return new Map(plans.map((plan, index) => [plan.id, fits[index] ?? {}]))
}
const wantOf = (plan: Plan): Want => ({ ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports.length })

const sold = (plan: Plan) => plan.problem === null
const somewhere = (fits: Record<string, boolean> | undefined) => Object.values(fits ?? {}).some(Boolean)
const monthly = (plan: Plan) => plan.prices.find((price) => price.term === 'monthly')?.amountCents ?? null
const presentRegion = ({ id, name }: Region) => ({ id, name })
const currencyOf = (plans: Plan[]) => plans[0]?.prices[0]?.currency.toLowerCase() ?? CURRENCY

/** GET /api/shop: all games, what they start at, and whether anything can be bought now. */
export async function presentShop(world: Looking): Promise<ShopView> {
  const { q } = world.db
  const [games, open, state] = await Promise.all([gamesForSale(q), regions(q), sellingState(q, world.now())])
  const plans = games.flatMap((game) => game.plans)
  const fits = await fitsOf(q, plans)
  return {
    currency: currencyOf(plans),
    games: games.map((game) => summarize(game, fits)),
    regions: open.map(presentRegion),
    panelUrl: world.shop.panelUrl,
    supportUrl: world.shop.supportUrl,
    ...state,
  }
}

function summarize(game: Game & { plans: Plan[] }, fits: Map<string, Record<string, boolean>>): GameSummary {
  const buyable = game.plans.filter(sold)
  const prices = buyable.map(monthly).filter((cents) => cents !== null)
  return {
    id: game.id,
    name: game.name,
    summary: game.summary,
    fromCents: prices.length > 0 ? Math.min(...prices) : null,
    variants: [...new Set(game.plans.map((plan) => plan.variant))],
    soldOut: !buyable.some((plan) => somewhere(fits.get(plan.id))),
  }
}

/** GET /api/games/:id. Throws `catalog.unknown_game`. */
export async function presentGame(world: Looking, id: string): Promise<GameView> {
  const { q } = world.db
  const game = await gameById(q, id)
  if (!game?.enabled)
    throw new Failure({ code: 'catalog.unknown_game', kind: 'missing', say: 'We do not sell this game.', next: 'Pick one from the shop.' })
  const [plans, open, state] = await Promise.all([plansOfGame(q, id), regions(q), sellingState(q, world.now())])
  const fits = await fitsOf(q, plans)
  return {
    id: game.id,
    name: game.name,
    summary: game.summary,
    eula: game.eula,
    plans: plans.map((plan) => presentPlan(plan, fits.get(plan.id) ?? {})),
    regions: open.map(presentRegion),
    currency: currencyOf(plans),
    ...state,
  }
}

const presentPlan = (plan: Plan, fits: Record<string, boolean>): PlanView => ({
  id: plan.id,
  name: plan.name,
  variant: plan.variant,
  ramGb: plan.ramGb,
  cores: plan.cores,
  diskGb: plan.diskGb,
  prices: plan.prices.map((price) => viewPrice(price, monthly(plan))),
  sellable: sold(plan),
  reason: plan.problem,
  availability: Object.fromEntries(
    Object.entries(fits).map(([region, fit]) => [region, fit ? ('available' as const) : ('sold_out' as const)]),
  ),
})
