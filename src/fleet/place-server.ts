import type { Tx } from '../db/index.ts'
import { holdsFull, noCapacity } from './errors.ts'
import { tooMuchHeld } from './rules.ts'
import { regionName } from './store/nodes.ts'
import { deleteReservation, insertPlaced, lockReservation, type Placement } from './store/reservations.ts'

export interface PlaceAsk {
  /** The checkout's id, which becomes the order's. */
  id: string
  regionId: string
  ramMb: number
  diskMb: number
  /** Names of the recipe's ports, the default one first. */
  ports: string[]
  at: Date
  /** For an order that is paid already: committed at once, and the limit on unpaid holds does not bind it. */
  paid?: boolean
}

/**
 * Reserves RAM, disk and ports on the node of the region with the least RAM left over.
 * @throws fleet.no_capacity, fleet.holds_full (both `full`); nothing is reserved then, also where the caller goes on with the transaction
 */
export async function place(tx: Tx, ask: PlaceAsk): Promise<Placement> {
  const { paid = false, ...want } = ask
  const placed = await insertPlaced(tx, { ...want, state: paid ? 'committed' : 'held', createdAt: ask.at })
  if (!placed) throw noCapacity(await regionName(tx, ask.regionId), { ...want })
  const { region } = placed
  if (region && tooMuchHeld(region, ask.ramMb)) {
    const reservation = await lockReservation(tx, ask.id)
    if (reservation) await deleteReservation(tx, reservation)
    throw holdsFull(await regionName(tx, ask.regionId), { ...want, ...region })
  }
  return placed.placement
}
