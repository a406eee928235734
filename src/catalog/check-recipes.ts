import type { Tx } from '../db/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import { checkRecipe } from './rules/check-recipe.ts'
import { recipesToCheck, saveProblem } from './store/eggs.ts'

/** What was found wrong with the recipes on sale. */
export interface RecipeFault {
  recipeId: string
  problem: string
}

/** Checks every recipe on sale against the eggs as last read; a refused one stops its plans and opens a finding. */
export async function checkRecipes(tx: Tx, at: Date): Promise<RecipeFault[]> {
  const { synced, recipes } = await recipesToCheck(tx)
  if (!synced) return []
  const faults: RecipeFault[] = []
  for (const recipe of recipes) {
    const problem = checkRecipe(recipe, recipe.egg)
    await saveProblem(tx, recipe.id, problem, at)
    const finding = { kind: 'catalog.recipe_refused' as const, subject: { type: 'recipe', id: recipe.id }, at }
    if (problem === null) {
      await resolveFinding(tx, { ...finding, by: 'catalog', reason: 'The recipe fits its egg again.' })
      continue
    }
    faults.push({ recipeId: recipe.id, problem })
    await openFinding(tx, {
      ...finding,
      severity: 'critical',
      summary: `${recipe.gameName} ${recipe.variant} cannot be sold: ${problem}`,
      remedy:
        'Correct the recipe in the catalogue file and import it, or the egg on the panel and sync; its plans are sold again by themselves.',
      evidence: { eggId: recipe.eggId },
    })
  }
  return faults
}
