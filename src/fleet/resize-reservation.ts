import type { Tx } from '../db/index.ts'
import { noRoomOnNode, noSuchReservation } from './errors.ts'
import { missingRoom } from './rules.ts'
import { wakeCapacity } from './store/nodes.ts'
import { lockReservation, type Reservation } from './store/reservations.ts'
import { roomOfNode, saveSize } from './store/resize.ts'

export interface ResizeAsk {
  id: string
  ramMb: number
  diskMb: number
  at: Date
  /** Only whether it fits: nothing is written. */
  dryRun?: boolean
}

/**
 * A server that stands grows or shrinks where it is: the panel cannot move one. What it grows by must be free on its node, in
 * sale or not, since nothing new comes there; what it shrinks by may be given back only once the panel has the smaller limits.
 * Asked for the size it has: nothing changes.
 * @returns the reservation as it was before
 * @throws fleet.no_such_reservation, fleet.no_room_on_node
 */
export async function resizeReservation(tx: Tx, { id, dryRun = false, at, ...to }: ResizeAsk): Promise<Reservation> {
  const from = await lockReservation(tx, id)
  if (!from) throw noSuchReservation(id)
  const missing = missingRoom(from, to, await roomOfNode(tx, from.nodeId))
  if (missing) throw noRoomOnNode(from, to, missing)
  if (dryRun || (to.ramMb === from.ramMb && to.diskMb === from.diskMb)) return from
  await saveSize(tx, from, to, at)
  if (to.ramMb < from.ramMb || to.diskMb < from.diskMb) await wakeCapacity(tx, from.regionId)
  return from
}
