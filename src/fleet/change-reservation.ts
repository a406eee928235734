import type { Tx } from '../db/index.ts'
import { noCapacity, noSuchReservation } from './errors.ts'
import { replacePorts } from './store/allocations.ts'
import { regionName, wakeCapacity } from './store/nodes.ts'
import {
  allOrNothing,
  commitHeld,
  deleteReservation,
  insertPlaced,
  lockReservation,
  oneMoveAtATime,
  type Placement,
  reservationOf,
} from './store/reservations.ts'

/** What was held until payment is now an order's. Again: nothing changes. @returns its node; null if nothing is reserved under this id */
export const commitReservation = (tx: Tx, id: string, at: Date): Promise<number | null> => commitHeld(tx, id, at)

/**
 * Gives everything back and wakes who waits for room. Only once the hold is over, or the panel no longer has the server.
 * @returns false if there was nothing to release
 */
export async function releaseReservation(tx: Tx, id: string): Promise<boolean> {
  const reservation = await lockReservation(tx, id)
  if (!reservation) return false
  await deleteReservation(tx, reservation)
  await wakeCapacity(tx, reservation.regionId)
  return true
}

/**
 * Another node of the same region, with new ports. Never while a create is in flight or its result unknown.
 * @throws fleet.no_capacity when no other node has room: the reservation stays where it was
 */
export async function moveReservation(tx: Tx, id: string, at: Date): Promise<Placement> {
  await oneMoveAtATime(tx)
  const old = await lockReservation(tx, id)
  if (!old) throw noSuchReservation(id)
  return allOrNothing(tx, async () => {
    await deleteReservation(tx, old)
    const { regionId, ramMb, diskMb, portNames, state, createdAt } = old
    const want = { id, regionId, ramMb, diskMb, ports: portNames, state, createdAt, at, notNode: old.nodeId }
    const placed = await insertPlaced(tx, want)
    if (!placed || !('nodeId' in placed)) throw noCapacity(await regionName(tx, regionId), { id, movedFrom: old.nodeId })
    return { ...placed, regionId, ramMb, diskMb }
  })
}

/**
 * The panel says that these allocations are taken: marks them so and takes others on the same node, or, where it has too
 * few, moves to another node of the region.
 * @throws fleet.no_capacity
 */
export async function takeOtherPorts(tx: Tx, id: string, takenAllocationIds: number[], at: Date): Promise<Placement> {
  await oneMoveAtATime(tx)
  const reservation = await lockReservation(tx, id)
  if (!reservation) throw noSuchReservation(id)
  return allOrNothing(tx, async () => {
    const complete = await replacePorts(tx, reservation, takenAllocationIds)
    const now = complete ? await reservationOf(tx, id) : null
    return now ?? moveReservation(tx, id, at)
  })
}
