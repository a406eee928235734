import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'

export interface Port {
  name: string
  /** The panel's allocation id. */
  id: number
  ip: string
  alias: string | null
  port: number
}
export interface Placement {
  nodeId: number
  nodeName: string
  regionId: string
  ramMb: number
  diskMb: number
  /** In the order of the recipe's ports: the first is the server's default allocation. */
  allocations: Port[]
}
export type ReservationState = 'held' | 'committed'
export interface Reservation extends Placement {
  id: string
  state: ReservationState
  /** Names of the ports it is to have; `allocations` lacks one only in the middle of a change. */
  portNames: string[]
  createdAt: Date
  committedAt: Date | null
}

export interface NewReservation {
  id: string
  regionId: string
  ramMb: number
  diskMb: number
  /** Names of its ports, the default one first. */
  ports: string[]
  state: ReservationState
  createdAt: Date
  at: Date
  /** Any node but this one. */
  notNode?: number
  /** The share of the region's RAM that holds may take, this one counted; without it nothing binds. */
  shareMax?: number
}

/** What fleet_place answered. null: nothing fits. Sums alone: so much of the region would be held. Nothing was written then. */
export type PlacedAnswer = { nodeId: number; nodeName: string; allocations: Port[] } | { regionHeldMb: number; regionRamMb: number } | null
/** `busyNodeId`: others work on every node that fits; nothing was written, and this one is worth waiting for. */
export type PlacingAnswer = PlacedAnswer | { busyNodeId: number }

/** Runs fleet_place, again for as long as it has to wait for others. Under `oneMoveAtATime`: it may come to hold several nodes. */
export async function insertPlaced(tx: Tx, want: NewReservation): Promise<PlacedAnswer> {
  let answer = await fleetPlace(tx, want, null)
  while (answer && 'busyNodeId' in answer) answer = await fleetPlace(tx, want, answer.busyNodeId)
  return answer
}

async function fleetPlace(tx: Tx, want: NewReservation, waitFor: number | null): Promise<PlacingAnswer> {
  const { rows } = await sql<{ placed: PlacingAnswer }>`
    select fleet_place(${want.id}::uuid, ${want.regionId}, ${want.ramMb}::int, ${want.diskMb}::int, ${want.ports}::text[],
      ${want.state}, ${want.createdAt}::timestamptz, ${want.at}::timestamptz, ${want.notNode ?? null}::int,
      ${want.shareMax ?? null}::float8, ${waitFor}::int) as placed`.execute(tx)
  return rows[0]?.placed ?? null
}

/** The reservation with its ports, in the order of its recipe; null if there is none. */
export async function reservationOf(q: Queries, id: string): Promise<Reservation | null> {
  const found = await reservationsOf(q, [id])
  return found.get(id) ?? null
}

/** The same for many ids at once; those without one are left out. */
export async function reservationsOf(q: Queries, ids: string[]): Promise<Map<string, Reservation>> {
  if (ids.length === 0) return new Map()
  const rows = await q
    .selectFrom('reservations as r')
    .innerJoin('ptero_nodes as n', 'n.id', 'r.node_id')
    .leftJoin('node_allocations as a', 'a.reservation_id', 'r.id')
    .select(['r.id', 'r.node_id', 'n.name as node_name', 'r.region_id', 'r.ram_mb', 'r.disk_mb', 'r.state', 'r.created_at'])
    .select(['r.committed_at', 'r.port_names', 'a.id as allocation_id', 'a.ip', 'a.alias', 'a.port', 'a.port_name'])
    .where('r.id', 'in', ids)
    .execute()
  const found = new Map<string, Reservation>()
  for (const row of rows) {
    const reservation: Reservation = found.get(row.id) ?? {
      id: row.id,
      nodeId: row.node_id,
      nodeName: row.node_name,
      regionId: row.region_id,
      ramMb: row.ram_mb,
      diskMb: row.disk_mb,
      state: row.state,
      portNames: row.port_names,
      createdAt: row.created_at,
      committedAt: row.committed_at,
      allocations: [],
    }
    found.set(row.id, reservation)
    const { allocation_id: id, ip, alias, port, port_name: name } = row
    if (id !== null && ip !== null && port !== null && name !== null) reservation.allocations.push({ name, id, ip, alias, port })
  }
  for (const { portNames, allocations } of found.values()) allocations.sort((a, b) => portNames.indexOf(a.name) - portNames.indexOf(b.name))
  return found
}

/** Which of these ids have a reservation. Texts that are no uuid have none. */
export async function reservedAmong(q: Queries, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q.selectFrom('reservations').select('id').where('id', 'in', ids).execute()
  return new Set(rows.map((row) => row.id))
}

/**
 * Locks the node of a reservation, then the reservation: the order of locks that every change of one keeps.
 * @returns null if there is no such reservation (any more)
 */
export async function lockReservation(tx: Tx, id: string): Promise<Reservation | null> {
  const { rows } = await sql<{ locked: boolean }>`select fleet_lock(${id}::uuid) as locked`.execute(tx)
  return rows[0]?.locked ? reservationOf(tx, id) : null
}

/** Runs fleet_commit: one round trip, under the same locks. @returns its node; null if there is no such reservation */
export async function commitHeld(tx: Tx, id: string, at: Date): Promise<number | null> {
  const { rows } = await sql<{ node: number | null }>`select fleet_commit(${id}::uuid, ${at}::timestamptz) as node`.execute(tx)
  return rows[0]?.node ?? null
}

/**
 * Gives back RAM, disk and ports, under lockReservation. The ports of a committed one count as free at once: whoever
 * releases it has seen that the panel no longer has the server. Those of a hold stay as the last sync saw them.
 */
export async function deleteReservation(tx: Tx, reservation: Reservation): Promise<void> {
  const committed = reservation.state === 'committed'
  await tx
    .updateTable('node_allocations')
    .set({ reservation_id: null, port_name: null, ...(committed ? { assigned: false } : {}) })
    .where('reservation_id', '=', reservation.id)
    .execute()
  await tx.deleteFrom('reservations').where('id', '=', reservation.id).execute()
  await tx
    .updateTable('ptero_nodes')
    .set((e) => ({
      reserved_ram_mb: e('reserved_ram_mb', '-', reservation.ramMb),
      reserved_disk_mb: e('reserved_disk_mb', '-', reservation.diskMb),
      held_ram_mb: e('held_ram_mb', '-', committed ? 0 : reservation.ramMb),
      free_allocations: freeAllocations(reservation.nodeId),
    }))
    .where('id', '=', reservation.nodeId)
    .execute()
}

/** A count of what is free for sale on a node, as an expression for an UPDATE of that node under its lock. */
export const freeAllocations = (nodeId: number) =>
  sql<number>`(select count(*) from node_allocations a where a.node_id = ${nodeId}
    and not a.assigned and a.reservation_id is null and a.gone_at is null)`

/** Runs `act`; what it wrote is taken back when it throws, also where the caller goes on with the transaction. */
export async function allOrNothing<T>(tx: Tx, act: () => Promise<T>): Promise<T> {
  await sql`savepoint fleet_change`.execute(tx)
  try {
    const result = await act()
    await sql`release savepoint fleet_change`.execute(tx)
    return result
  } catch (error) {
    await sql`rollback to savepoint fleet_change`.execute(tx)
    // It outlives the rollback, and would hide an outer one of the same name.
    await sql`release savepoint fleet_change`.execute(tx)
    throw error
  }
}

/** Moves of reservations hold two nodes' locks; one at a time, they never wait for each other in a circle. */
export const oneMoveAtATime = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('fleet.move'))`.execute(tx)
}
