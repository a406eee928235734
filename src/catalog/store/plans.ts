import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { Term } from '../contract.ts'
import { completeEnvironment, type EggVariable } from '../rules/check-recipe.ts'
import type { Recipe } from '../rules/environment.ts'
import { planProblem } from '../rules/plan-problem.ts'

export interface PlanPrice {
  term: Term
  amountCents: number
  currency: string
  /** null until it is published at Stripe. */
  stripePriceId: string | null
}
export interface Plan {
  id: string
  recipeId: string
  name: string
  gameId: string
  gameName: string
  variant: string
  ramGb: number
  cores: number
  diskGb: number
  swapMb: number
  io: number
  databases: number
  backups: number
  /** Names of the ports that a server of it holds. */
  ports: string[]
  delayedPayments: boolean
  alertAfterMinutes: number
  cancelAfterHours: number
  prices: PlanPrice[]
  /** Why it cannot be sold now; null: it can. */
  problem: string | null
}

const select = (q: Queries) =>
  q
    .selectFrom('plans as p')
    .innerJoin('recipes as r', 'r.id', 'p.recipe_id')
    .innerJoin('games as g', 'g.id', 'r.game_id')
    .select(['p.id', 'p.recipe_id as recipeId', 'p.name', 'g.id as gameId', 'g.name as gameName', 'r.variant'])
    .select(['p.ram_gb as ramGb', 'p.cores', 'p.disk_gb as diskGb', 'p.swap_mb as swapMb', 'p.io', 'p.databases', 'p.backups', 'r.ports'])
    .select(['p.delayed_payments as delayedPayments', 'p.alert_after_minutes as alertAfterMinutes'])
    .select(['p.cancel_after_hours as cancelAfterHours', 'p.withdrawn_at', 'r.problem as recipe_problem', 'g.enabled as game_enabled'])
    .select(
      sql<PlanPrice[]>`(select coalesce(json_agg(json_build_object('term', c.term, 'amountCents', c.amount_cents,
        'currency', c.currency, 'stripePriceId', c.stripe_price_id) order by c.amount_cents), '[]')
        from plan_prices c where c.plan_id = p.id)`.as('prices'),
    )

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>
function read({ withdrawn_at, recipe_problem, game_enabled, ...plan }: Row): Plan {
  const judged = { withdrawn: withdrawn_at !== null, gameEnabled: game_enabled, recipeProblem: recipe_problem, prices: plan.prices }
  return { ...plan, problem: planProblem(judged) }
}

/** The plan, also one that is no longer sold; null if there is none of this id. */
export async function planById(q: Queries, id: string): Promise<Plan | null> {
  const row = await select(q).where('p.id', '=', id).executeTakeFirst()
  return row ? read(row) : null
}

/** Plans that are not withdrawn, in the shop's order; of one game, or all. */
export async function plansOfGame(q: Queries, gameId?: string): Promise<Plan[]> {
  let rows = select(q).where('p.withdrawn_at', 'is', null)
  if (gameId !== undefined) rows = rows.where('g.id', '=', gameId)
  return (await rows.orderBy('p.sort').orderBy('p.id').execute()).map(read)
}

/** Every plan that is not withdrawn, and why it cannot be sold now; null: it can. */
export const recipeReport = async (q: Queries): Promise<{ id: string; problem: string | null }[]> =>
  (await plansOfGame(q)).map(({ id, problem }) => ({ id, problem }))

/** What the panel needs to make a server of this plan; null if plan or egg is unknown. */
export async function recipeOf(q: Queries, planId: string): Promise<Recipe | null> {
  const row = await q
    .selectFrom('plans as p')
    .innerJoin('recipes as r', 'r.id', 'p.recipe_id')
    .innerJoin('eggs as e', 'e.id', 'r.egg_id')
    .where('p.id', '=', planId)
    .select(['r.egg_id', 'r.environment', 'r.ports', 'r.docker_image', 'r.startup'])
    .select(['e.docker_image as egg_image', 'e.startup as egg_startup', variablesOf('e.id').as('variables')])
    .executeTakeFirst()
  if (!row) return null
  return {
    eggId: row.egg_id,
    dockerImage: row.docker_image ?? row.egg_image,
    startup: row.startup ?? row.egg_startup,
    environment: completeEnvironment({ environment: row.environment }, { variables: row.variables }),
    ports: row.ports,
  }
}

/** The variables of the egg in this column, as an array. */
export const variablesOf = (eggId: string) =>
  sql<EggVariable[]>`(select coalesce(json_agg(json_build_object('envVariable', v.env_variable, 'name', v.name,
    'defaultValue', v.default_value, 'rules', v.rules) order by v.env_variable), '[]')
    from egg_variables v where v.egg_id = ${sql.ref(eggId)})`
