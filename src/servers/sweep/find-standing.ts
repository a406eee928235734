import type { ServersWorld } from '../work.ts'
import { idsOf } from './follow-server.ts'

/** Where a server of this external id stands, asked just now; null: the panel says that there is none. */
export async function findStanding(
  world: Pick<ServersWorld, 'panel'>,
  orderId: string,
): Promise<{ identifier: string; nodeId: number; allocationIds: number[] } | null> {
  const server = await world.panel.serverByExternalId({ share: 'staff', orderId }, orderId)
  return server && { identifier: server.identifier, nodeId: server.nodeId, allocationIds: idsOf(server) }
}
