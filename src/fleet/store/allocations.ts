import { sql } from 'kysely'
import type { Tx } from '../../db/index.ts'
import type { PanelAllocation } from '../../outside/panel/types.ts'
import { freeAllocations, type Reservation } from './reservations.ts'

/**
 * Marks the allocations as taken by somebody else and takes others in their place, under lockReservation.
 * @returns whether the reservation has all its ports again
 */
export async function replacePorts(tx: Tx, reservation: Reservation, takenIds: number[]): Promise<boolean> {
  if (takenIds.length > 0)
    await tx
      .updateTable('node_allocations')
      .set({ assigned: true, reservation_id: null, port_name: null })
      .where('id', 'in', takenIds)
      .where('node_id', '=', reservation.nodeId)
      .where((e) => e.or([e('reservation_id', '=', reservation.id), e('reservation_id', 'is', null)]))
      .execute()
  const kept = reservation.allocations.filter((port) => !takenIds.includes(port.id)).map((port) => port.name)
  const missing = reservation.portNames.filter((name) => !kept.includes(name))
  const { rows } = await sql<{
    taken: number
  }>`select fleet_take_ports(${reservation.id}::uuid, ${reservation.nodeId}::int, ${missing}::text[]) as taken`.execute(tx)
  await count(tx, reservation.nodeId)
  return rows[0]?.taken === missing.length
}

/**
 * Brings a node's allocations up to date, under the node's lock. Only what differs is written: most of the time nothing.
 * One that the panel no longer has keeps its reservation, and is not sold again.
 */
export async function saveAllocations(tx: Tx, nodeId: number, seen: PanelAllocation[], at: Date): Promise<void> {
  await sql`
    insert into node_allocations as a (id, node_id, ip, alias, port, assigned)
    select s.id, ${nodeId}, s.ip, s.alias, s.port, s.assigned
    from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as s (id int, ip text, alias text, port int, assigned boolean)
    on conflict (id) do update
      set node_id = excluded.node_id, ip = excluded.ip, alias = excluded.alias, port = excluded.port, assigned = excluded.assigned, gone_at = null
      where (a.node_id, a.ip, a.alias, a.port, a.assigned) is distinct from
            (excluded.node_id, excluded.ip, excluded.alias, excluded.port, excluded.assigned)
         or a.gone_at is not null`.execute(tx)
  const ids = seen.map((one) => one.id)
  await sql`update node_allocations set gone_at = ${at}
    where node_id = ${nodeId} and gone_at is null and not (id = any(${ids}::int[]))`.execute(tx)
  await count(tx, nodeId)
}

const countAllocations = (nodeId: number) =>
  sql<number>`(select count(*) from node_allocations a where a.node_id = ${nodeId} and a.gone_at is null)`

const count = (tx: Tx, nodeId: number) =>
  tx
    .updateTable('ptero_nodes')
    .set({ free_allocations: freeAllocations(nodeId), allocations: countAllocations(nodeId) })
    .where('id', '=', nodeId)
    .where((e) => e.or([e('free_allocations', '!=', freeAllocations(nodeId)), e('allocations', '!=', countAllocations(nodeId))]))
    .execute()
