import { makeDemoOperator } from '../src/accounts/index.ts'
import { importCatalogue, publishPrices, syncEggs } from '../src/catalog/index.ts'
import type { Config } from '../src/config.ts'
import { migrate } from '../src/db/index.ts'
import { authOf } from '../src/doors/build-auth.ts'
import { buildWorld } from '../src/doors/build-world.ts'
import { importRegions, syncFleet } from '../src/fleet/index.ts'
import { silentLog } from '../src/kit/log.ts'
import { migrateLoop } from '../src/loop/index.ts'
import { demoCatalogue, demoRegions } from './seeds/demo-catalogue.ts'

export const DEMO_OPERATOR = 'operator@givrwrld.test'

/**
 * Makes the sandbox's shop ready to sell: tables, regions, catalogue, nodes and eggs from the panel, prices at Stripe,
 * a demo operator. Everything in it may be run again at any time.
 */
export async function prepareShop(config: Config, operatorPassword: string): Promise<void> {
  await migrate(config.databaseUrl)
  await migrateLoop(config.databaseUrl)
  const world = buildWorld(config, 'givrwrld prepare', silentLog)
  try {
    // The demo catalogue names the demo panel's eggs and locations; a real panel has its own.
    if (config.sandbox.includes('panel')) {
      await importRegions(world, demoRegions)
      await importCatalogue(world, demoCatalogue)
    }
    await syncFleet(world)
    await syncEggs(world)
    await publishPrices(world)
    if (config.sandboxed) await makeDemoOperator(world, authOf(world, config), { email: DEMO_OPERATOR, password: operatorPassword })
  } finally {
    await world.db.close()
  }
}
