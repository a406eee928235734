import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'
import { freeAllocations, type ReservationState } from './reservations.ts'

export interface StandingPort {
  id: number
  port: number
  ip: string
  /** Not ours to take: of another reservation, or gone from the panel. */
  taken: boolean
}

/** Those of these allocations that we know on this node, under the node's lock; in the order in which placement names ports. */
export async function standingPorts(tx: Tx, ask: { nodeId: number; ids: number[]; for: string }): Promise<StandingPort[]> {
  const { rows } = await sql<StandingPort>`
    select id, port, ip, gone_at is not null or (reservation_id is not null and reservation_id <> ${ask.for}) as taken
    from node_allocations where node_id = ${ask.nodeId} and id = any(${ask.ids}::int[]) order by port, ip for update`.execute(tx)
  return rows
}

export interface Standing {
  id: string
  nodeId: number
  regionId: string
  ramMb: number
  diskMb: number
  state: ReservationState
  /** Name → allocation id, the default one first. */
  ports: { name: string; id: number }[]
  createdAt: Date
  at: Date
}

/** Books a place that is taken already, under the node's lock: whether it fits is no question any more. */
export async function insertStanding(tx: Tx, standing: Standing): Promise<void> {
  const { id, nodeId, ports, state } = standing
  await tx
    .insertInto('reservations')
    .values({
      id,
      node_id: nodeId,
      region_id: standing.regionId,
      ram_mb: standing.ramMb,
      disk_mb: standing.diskMb,
      port_names: ports.map((one) => one.name),
      state,
      created_at: standing.createdAt,
      committed_at: state === 'committed' ? standing.at : null,
    })
    .execute()
  for (const port of ports)
    await tx
      .updateTable('node_allocations')
      .set({ reservation_id: id, port_name: port.name, assigned: true })
      .where('id', '=', port.id)
      .execute()
  await tx
    .updateTable('ptero_nodes')
    .set((e) => ({
      reserved_ram_mb: e('reserved_ram_mb', '+', standing.ramMb),
      reserved_disk_mb: e('reserved_disk_mb', '+', standing.diskMb),
      held_ram_mb: e('held_ram_mb', '+', state === 'held' ? standing.ramMb : 0),
      free_allocations: freeAllocations(nodeId),
      updated_at: standing.at,
    }))
    .where('id', '=', nodeId)
    .execute()
}

/** MiB free for sale on a node, below zero where it is over; null where there is no such node. */
export async function freeOn(tx: Tx, nodeId: number): Promise<{ name: string; freeRamMb: number; freeDiskMb: number } | null> {
  const row = await tx
    .selectFrom('ptero_nodes')
    .select(['name', 'free_ram_mb as freeRamMb', 'free_disk_mb as freeDiskMb'])
    .where('id', '=', nodeId)
    .executeTakeFirst()
  return row ?? null
}

/** How many places are booked on a node, and the first of them. */
export async function bookedOn(q: Queries, nodeId: number, limit: number): Promise<{ count: number; ids: string[] }> {
  const { rows } = await sql<{ id: string; count: number }>`
    select id, count(*) over () as count from reservations where node_id = ${nodeId} order by created_at limit ${limit}`.execute(q)
  return { count: rows[0]?.count ?? 0, ids: rows.map((row) => row.id) }
}

/** Nodes that the panel no longer has and on which nothing is booked. */
export async function emptyAndGone(tx: Tx): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select n.id from ptero_nodes n where n.gone_at is not null and not exists (select from reservations r where r.node_id = n.id)`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}
