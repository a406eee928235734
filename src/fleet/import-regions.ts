import type { World } from '../world.ts'
import { saveRegions } from './store/nodes.ts'

/** A region is a location of the panel that we sell in. */
export interface NewRegion {
  id: string
  name: string
  locationId: number
}

/** Inserts or brings up to date, in the order given; regions that are not named stay as they are. */
export const importRegions = (world: Pick<World, 'db'>, regions: NewRegion[]): Promise<void> =>
  world.db.tx((tx) =>
    saveRegions(
      tx,
      regions.map((region, sort) => ({ ...region, sort })),
    ),
  )
