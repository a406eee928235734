import { findingById, type Repairs } from '../findings/index.ts'
import type { World } from '../world.ts'
import { syncEggs } from './sync-eggs.ts'

/** What this room can mend when a person asks for it, by kind of finding. */
export const catalogRepairs: Repairs<Pick<World, 'db' | 'panel' | 'now'>> = {
  async 'catalog.recipe_refused'(world, ask) {
    if (ask.dryRun)
      return { did: 'Read the eggs from the panel and check every recipe against them; nothing else is changed.', mended: false }
    const { eggs, refused } = await syncEggs(world)
    const still = refused.find((one) => one.recipeId === ask.finding.subject_id)
    const mended = (await findingById(world.db.q, ask.finding.id))?.status !== 'open'
    return {
      did: still ? `Read ${eggs} eggs. Still: ${still.problem}` : `Read ${eggs} eggs; the recipe fits or is no longer on sale.`,
      mended,
    }
  },
}
