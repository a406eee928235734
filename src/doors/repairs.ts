import { billingRepairs } from '../billing/index.ts'
import type { Repairs } from '../findings/index.ts'
import { serverRepairs } from '../servers/index.ts'
import type { World } from '../world.ts'

/** Kind of finding → the verb that mends it, of all rooms. */
export const REPAIRS: Repairs<World> = { ...billingRepairs, ...serverRepairs }
