import { type CatalogueFile, parseCatalogue } from '../../src/catalog/index.ts'
import { GAMES } from './demo-games.ts'

/** The demo shop: its regions are the locations of demo-panel.ts. */
export const demoCatalogue: CatalogueFile = parseCatalogue({
  currency: 'usd',
  regions: [
    { id: 'eu.fra', name: 'Frankfurt', locationId: 1 },
    { id: 'us.dal', name: 'Dallas', locationId: 2 },
  ],
  games: GAMES,
})

export const demoRegions = demoCatalogue.regions
