import type { Queries, Tx } from '../db/index.ts'
import { holdsFull, noCapacity } from './errors.ts'
import { HELD_SHARE_MAX } from './rules.ts'
import { regionName } from './store/nodes.ts'
import { insertPlaced, oneMoveAtATime, type PlacedAnswer, type Placement } from './store/reservations.ts'

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
  await oneMoveAtATime(tx)
  const placing = paid ? { state: 'committed' as const } : { state: 'held' as const, shareMax: HELD_SHARE_MAX }
  return readPlacing(tx, want, await insertPlaced(tx, { ...want, ...placing, createdAt: ask.at }))
}

/**
 * An unpaid hold as the SQL function fleet_hold wants it: for a room that asks for it in the midst of a statement of its own.
 * @param waitFor the node that fleet_hold named as busy, in the statement before
 */
export const holdWanted = (want: PlaceAsk, waitFor: number | null): object => ({ ...want, shareMax: HELD_SHARE_MAX, waitFor })

/** Reads what fleet_place or fleet_hold answered. @throws like `place` */
export async function readPlacing(q: Queries, want: PlaceAsk, answer: PlacedAnswer): Promise<Placement> {
  if (!answer) throw noCapacity(await regionName(q, want.regionId), { ...want })
  const { regionId, ramMb, diskMb } = want
  if ('nodeId' in answer) return { ...answer, regionId, ramMb, diskMb }
  const region = { heldMb: answer.regionHeldMb, ramMb: answer.regionRamMb }
  throw holdsFull(await regionName(q, regionId), { ...want, ...region })
}
