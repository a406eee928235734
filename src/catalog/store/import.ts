import { sql } from 'kysely'
import type { Tx } from '../../db/index.ts'
import type { CatalogueFile } from '../catalogue-file.ts'
import { TERMS } from '../contract.ts'
import { planSold } from '../errors.ts'
import { termPrice } from '../rules/terms.ts'

type GameEntry = CatalogueFile['games'][number]
type RecipeEntry = GameEntry['recipes'][number]
type PlanEntry = RecipeEntry['plans'][number]

export async function saveGame(tx: Tx, game: GameEntry, sort: number): Promise<void> {
  const kept = {
    name: game.name,
    summary: game.summary,
    eula_name: game.eula?.name ?? null,
    eula_url: game.eula?.url ?? null,
    sort,
    enabled: game.enabled,
  }
  await tx
    .insertInto('games')
    .values({ id: game.id, ...kept })
    .onConflict((on) => on.column('id').doUpdateSet(kept))
    .execute()
}

export async function saveRecipe(tx: Tx, gameId: string, recipe: RecipeEntry): Promise<void> {
  const kept = {
    game_id: gameId,
    variant: recipe.variant,
    egg_id: recipe.egg,
    docker_image: recipe.dockerImage ?? null,
    startup: recipe.startup ?? null,
    environment: JSON.stringify(recipe.environment),
    ports: JSON.stringify(recipe.ports),
  }
  await tx
    .insertInto('recipes')
    .values({ id: recipe.id, ...kept })
    .onConflict((on) => on.column('id').doUpdateSet(kept))
    .execute()
}

/** Throws catalog.plan_sold where an order stands on the plan and its resources would change. */
export async function savePlan(tx: Tx, recipeId: string, plan: PlanEntry, sort: number, at: Date): Promise<void> {
  const kept = {
    recipe_id: recipeId,
    name: plan.name,
    ram_gb: plan.ramGb,
    cores: plan.cores,
    disk_gb: plan.diskGb,
    swap_mb: plan.swapMb,
    io: plan.io,
    databases: plan.databases,
    backups: plan.backups,
    delayed_payments: plan.delayedPayments,
    alert_after_minutes: plan.alertAfterMinutes,
    cancel_after_hours: plan.cancelAfterHours,
    replaces: plan.replaces ?? null,
    withdrawn_at: null,
    sort,
  }
  try {
    await tx
      .insertInto('plans')
      .values({ id: plan.id, ...kept, created_at: at })
      .onConflict((on) => on.column('id').doUpdateSet(kept))
      .execute()
  } catch (error) {
    const refused = error instanceof Error && 'code' in error && error.code === RESTRICT_VIOLATION
    throw refused ? planSold(plan.id, error) : error
  }
}
/** What the trigger plans_refuse_change raises. */
const RESTRICT_VIOLATION = '23001'

/** All terms of a plan. A changed amount is published anew: the id at Stripe belongs to the old one. */
export async function savePrices(tx: Tx, plan: PlanEntry, currency: string): Promise<void> {
  await tx
    .insertInto('plan_prices')
    .values(TERMS.map((term) => ({ plan_id: plan.id, term, currency, amount_cents: termPrice(plan.monthlyCents, term) })))
    .onConflict((on) =>
      on
        .columns(['plan_id', 'term'])
        .doUpdateSet((e) => ({ currency: e.ref('excluded.currency'), amount_cents: e.ref('excluded.amount_cents'), stripe_price_id: null }))
        .where(sql<boolean>`(plan_prices.currency, plan_prices.amount_cents) is distinct from (excluded.currency, excluded.amount_cents)`),
    )
    .execute()
}

/** Takes out of sale every plan that is not named. @returns their ids */
export async function withdrawOthers(tx: Tx, planIds: string[], at: Date): Promise<string[]> {
  const rows = await tx
    .updateTable('plans')
    .set({ withdrawn_at: at })
    .where('withdrawn_at', 'is', null)
    .where('id', 'not in', planIds)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}
