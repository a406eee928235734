import { billingRepairs } from '../billing/index.ts'
import { catalogRepairs } from '../catalog/index.ts'
import type { Repairs } from '../findings/index.ts'
import { fleetRepairs } from '../fleet/index.ts'
import { operationRepairs } from '../operations/index.ts'
import { orderRepairs } from '../orders/index.ts'
import { findStanding, serverRepairs, unpaidRepairs } from '../servers/index.ts'
import type { World } from '../world.ts'
import { retryAside, SET_ASIDE } from './worker/set-aside.ts'

/** Kind of finding → the verb that mends it, of all rooms. */
export const REPAIRS: Repairs<World> = {
  ...catalogRepairs,
  ...fleetRepairs,
  ...orderRepairs,
  ...billingRepairs<World>(findStanding),
  ...serverRepairs,
  ...unpaidRepairs,
  ...operationRepairs,
  [SET_ASIDE]: retryAside,
}
