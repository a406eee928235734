import type { World } from '../world.ts'
import { checkRecipes, type RecipeFault } from './check-recipes.ts'
import { saveEggs } from './store/eggs.ts'

/** Reads all eggs from the panel and checks every recipe against them. Throws what the panel's adapter throws; then nothing changes. */
export async function syncEggs(
  world: Pick<World, 'db' | 'panel' | 'now'>,
  signal?: AbortSignal,
): Promise<{ eggs: number; refused: RecipeFault[] }> {
  const eggs = await world.panel.eggs({ share: 'sync', ...(signal ? { signal } : {}) })
  const refused = await world.db.tx(async (tx) => {
    const at = world.now()
    await saveEggs(tx, eggs, at)
    return checkRecipes(tx, at)
  })
  return { eggs: eggs.length, refused }
}
