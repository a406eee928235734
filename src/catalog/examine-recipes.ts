import type { Queries } from '../db/index.ts'
import type { PanelEgg } from '../outside/panel/types.ts'
import type { RecipeFault } from './check-recipes.ts'
import { checkRecipe } from './rules/check-recipe.ts'
import { recipesToCheck } from './store/eggs.ts'

/** Recipes on sale against eggs as the panel shows them at this moment. Writes nothing, unlike the sync. */
export async function examineRecipes(q: Queries, eggs: PanelEgg[]): Promise<{ recipes: number; faults: RecipeFault[] }> {
  const { recipes } = await recipesToCheck(q)
  const shown = new Map(eggs.map((egg) => [egg.id, { ...egg, gone: false }]))
  const faults = recipes.flatMap((recipe) => {
    const problem = checkRecipe(recipe, shown.get(recipe.eggId) ?? null)
    return problem === null ? [] : [{ recipeId: recipe.id, problem }]
  })
  return { recipes: recipes.length, faults }
}
