import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import type { CatalogueFile } from './catalogue-file.ts'
import { checkRecipes, type RecipeFault } from './check-recipes.ts'
import { saveGame, savePlan, savePrices, saveRecipe, withdrawOthers } from './store/import.ts'

export interface ImportResult {
  games: number
  plans: number
  /** Ids of plans that the file no longer has: not sold any more, their servers run on. */
  withdrawn: string[]
  refused: RecipeFault[]
}

/**
 * Makes the catalogue what the file says: games, recipes, plans and prices. Idempotent, all or nothing. Plans that are not
 * in the file are withdrawn. Regions are the fleet's: give `file.regions` to fleet.importRegions first.
 * @param ask.by left out at a first start, where nobody did it
 * @throws catalog.plan_sold
 */
export const importCatalogue = (
  world: Pick<World, 'db' | 'now'>,
  file: CatalogueFile,
  ask: { by?: Actor; why?: string } = {},
): Promise<ImportResult> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const planIds: string[] = []
    for (const [place, game] of file.games.entries()) {
      await saveGame(tx, game, place)
      for (const recipe of game.recipes) {
        await saveRecipe(tx, game.id, recipe)
        for (const plan of recipe.plans) {
          await savePlan(tx, recipe.id, plan, planIds.length, at)
          await savePrices(tx, plan, file.currency)
          planIds.push(plan.id)
        }
      }
    }
    const withdrawn = await withdrawOthers(tx, planIds, at)
    const refused = await checkRecipes(tx, at)
    if (ask.by) {
      const details = { games: file.games.length, plans: planIds.length, withdrawn }
      await record(tx, { by: ask.by, did: 'catalog.import', to: { type: 'catalogue', id: 'all' }, why: ask.why ?? null, details, at })
    }
    return { games: file.games.length, plans: planIds.length, withdrawn, refused }
  })
