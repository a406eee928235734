import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'
import type { PanelEgg } from '../../outside/panel/types.ts'
import type { Egg, RecipeDraft } from '../rules/check-recipe.ts'
import { variablesOf } from './plans.ts'

/** Writes all eggs of the panel; those it no longer has are marked gone, and their recipes cannot be sold. */
export async function saveEggs(tx: Tx, eggs: PanelEgg[], at: Date): Promise<void> {
  for (const egg of eggs) {
    const seen = { nest_id: egg.nestId, name: egg.name, docker_image: egg.dockerImage, startup: egg.startup, gone_at: null, synced_at: at }
    await tx
      .insertInto('eggs')
      .values({ id: egg.id, ...seen })
      .onConflict((on) => on.column('id').doUpdateSet(seen))
      .execute()
    await saveVariables(tx, egg)
  }
  const ids = eggs.map((egg) => egg.id)
  await sql`update eggs set gone_at = ${at} where gone_at is null and not (id = any(${ids}::int[]))`.execute(tx)
}

async function saveVariables(tx: Tx, egg: PanelEgg): Promise<void> {
  const names = egg.variables.map((variable) => variable.envVariable)
  await sql`delete from egg_variables where egg_id = ${egg.id} and not (env_variable = any(${names}::text[]))`.execute(tx)
  if (egg.variables.length === 0) return
  await tx
    .insertInto('egg_variables')
    .values(
      egg.variables.map((one) => ({
        egg_id: egg.id,
        env_variable: one.envVariable,
        name: one.name,
        default_value: one.defaultValue,
        rules: one.rules,
      })),
    )
    .onConflict((on) =>
      on.columns(['egg_id', 'env_variable']).doUpdateSet((e) => ({
        name: e.ref('excluded.name'),
        default_value: e.ref('excluded.default_value'),
        rules: e.ref('excluded.rules'),
      })),
    )
    .execute()
}

export interface RecipeToCheck extends RecipeDraft {
  id: string
  gameName: string
  variant: string
  problem: string | null
  egg: Egg | null
}

/** Every recipe that a plan on sale uses, with its egg as last seen. `synced` is false while no egg was ever read. */
export async function recipesToCheck(q: Queries): Promise<{ synced: boolean; recipes: RecipeToCheck[] }> {
  const rows = await q
    .selectFrom('recipes as r')
    .innerJoin('games as g', 'g.id', 'r.game_id')
    .leftJoin('eggs as e', 'e.id', 'r.egg_id')
    .select([
      'r.id',
      'r.variant',
      'g.name as game_name',
      'r.egg_id',
      'r.docker_image',
      'r.startup',
      'r.environment',
      'r.ports',
      'r.problem',
    ])
    .select([
      'e.name as egg_name',
      'e.docker_image as egg_image',
      'e.startup as egg_startup',
      'e.gone_at',
      variablesOf('e.id').as('variables'),
    ])
    .where((e) => e.exists(e.selectFrom('plans as p').whereRef('p.recipe_id', '=', 'r.id').where('p.withdrawn_at', 'is', null)))
    .orderBy('r.id')
    .execute()
  const any = await q.selectFrom('eggs').select('id').limit(1).executeTakeFirst()
  return {
    synced: any !== undefined,
    recipes: rows.map((row) => ({
      id: row.id,
      gameName: row.game_name,
      variant: row.variant,
      problem: row.problem,
      eggId: row.egg_id,
      dockerImage: row.docker_image,
      startup: row.startup,
      environment: row.environment,
      ports: row.ports,
      egg:
        row.egg_name === null
          ? null
          : {
              id: row.egg_id,
              name: row.egg_name,
              dockerImage: row.egg_image ?? '',
              startup: row.egg_startup ?? '',
              gone: row.gone_at !== null,
              variables: row.variables,
            },
    })),
  }
}

export const saveProblem = async (tx: Tx, recipeId: string, problem: string | null, at: Date): Promise<void> => {
  await tx.updateTable('recipes').set({ problem, checked_at: at }).where('id', '=', recipeId).execute()
}
