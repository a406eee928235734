import type { Queries } from '../db/index.ts'
import { type Selling, sellingFrom, type Want, whereItFits } from './rules.ts'
import { regions, roomsForSale } from './store/nodes.ts'
import { panelHealth } from './store/panel-health.ts'

/** Whether the shop may sell at all at this moment, and what it says if not. */
export const sellingState = async (q: Queries, now: Date): Promise<Selling> => sellingFrom(await panelHealth(q), now)

/** For each want, in its order: region id → whether it fits there now. Two small queries, however many wants there are. */
export async function availability(q: Queries, wants: Want[]): Promise<Record<string, boolean>[]> {
  const [rooms, open] = await Promise.all([roomsForSale(q), regions(q)])
  const ids = open.map((region) => region.id)
  return wants.map((want) => whereItFits(rooms, ids, want))
}
