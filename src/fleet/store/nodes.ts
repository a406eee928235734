import { type SqlBool, sql } from 'kysely'
import { type Queries, type Tx, wake } from '../../db/index.ts'
import type { Room } from '../rules.ts'

export interface Region {
  id: string
  name: string
  locationId: number
  enabled: boolean
  sort: number
}

/** Regions that are for sale, in the shop's order. */
export async function regions(q: Queries): Promise<Region[]> {
  const rows = await q.selectFrom('regions').selectAll().where('enabled', '=', true).orderBy('sort').orderBy('id').execute()
  return rows.map((row) => ({ id: row.id, name: row.name, locationId: row.location_id, enabled: row.enabled, sort: row.sort }))
}

export const regionName = async (q: Queries, id: string): Promise<string> =>
  (await q.selectFrom('regions').select('name').where('id', '=', id).executeTakeFirst())?.name ?? id

/** Inserts or brings up to date; regions that are not named stay as they are. */
export async function saveRegions(tx: Tx, rows: Omit<Region, 'enabled'>[]): Promise<void> {
  for (const row of rows) {
    const kept = { name: row.name, location_id: row.locationId, sort: row.sort }
    await tx
      .insertInto('regions')
      .values({ id: row.id, ...kept })
      .onConflict((on) => on.column('id').doUpdateSet(kept))
      .execute()
  }
}

/** What is free on each node that is for sale: not disabled, not in maintenance, not gone. One query for the whole shop. */
export async function roomsForSale(q: Queries): Promise<Room[]> {
  return q
    .selectFrom('ptero_nodes as n')
    .innerJoin('regions as r', 'r.location_id', 'n.location_id')
    .where('r.enabled', '=', true)
    .where('n.enabled', '=', true)
    .where('n.maintenance', '=', false)
    .where('n.gone_at', 'is', null)
    .select(['r.id as regionId', 'n.free_ram_mb as freeRamMb', 'n.free_disk_mb as freeDiskMb', 'n.free_allocations as freePorts'])
    .execute()
}

/** Whether servers may be put on the node now; full or not. */
export async function isSellable(q: Queries, nodeId: number): Promise<boolean> {
  const row = await q
    .selectFrom('ptero_nodes')
    .select('id')
    .where('id', '=', nodeId)
    .where('enabled', '=', true)
    .where('maintenance', '=', false)
    .where('gone_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

export interface NodeRow {
  id: number
  name: string
  region: string | null
  enabled: boolean
  maintenance: boolean
  gone: boolean
  maxRamGb: number
  reservedHeadroomGb: number
  heldRamGb: number
  committedRamGb: number
  strangersRamGb: number
  availableRamGb: number
  maxDiskGb: number
  availableDiskGb: number
  freeAllocations: number
  totalAllocations: number
  syncedAt: Date | null
}

/** Nodes with their figures, by name; those that the panel no longer has come last. All, a page by key, or one. */
export async function nodeViews(q: Queries, ask: { id?: number; after?: number | null; limit?: number } = {}): Promise<NodeRow[]> {
  const { id, after = null, limit } = ask
  return (
    q
      .selectFrom('fleet_capacity as c')
      .innerJoin('ptero_nodes as n', 'n.id', 'c.id')
      .select(['c.id', 'c.name', 'c.region_id as region', 'c.enabled', 'c.maintenance', 'c.gone', 'c.max_ram_gb as maxRamGb'])
      .select(['c.reserved_headroom_gb as reservedHeadroomGb', 'c.strangers_ram_gb as strangersRamGb', 'c.max_disk_gb as maxDiskGb'])
      .select(['c.available_ram_gb as availableRamGb', 'c.available_disk_gb as availableDiskGb', 'n.synced_at as syncedAt'])
      .select([
        'n.free_allocations as freeAllocations',
        'n.allocations as totalAllocations',
        sql<number>`n.held_ram_mb / 1024.0`.as('heldRamGb'),
      ])
      .select(sql<number>`(n.reserved_ram_mb - n.held_ram_mb) / 1024.0`.as('committedRamGb'))
      .$if(id !== undefined, (one) => one.where('c.id', '=', id ?? 0))
      // By the place where that node stands now, should it have moved.
      .$if(after !== null, (next) =>
        next.where(
          sql<SqlBool>`(c.gone, c.name, c.id) > (select l.gone, l.name, l.id from fleet_capacity l where l.id = ${after}::bigint)`,
        ),
      )
      .orderBy('c.gone')
      .orderBy('c.name')
      .orderBy('c.id')
      .$if(limit !== undefined, (some) => some.limit(limit ?? 0))
      .execute()
  )
}

export interface NodeSettings {
  id: number
  name: string
  regionId: string | null
  enabled: boolean
  reservedHeadroomGb: number
}
/** Locks the node; null if there is none. */
export async function lockNode(tx: Tx, id: number): Promise<NodeSettings | null> {
  const row = await tx
    .selectFrom('ptero_nodes as n')
    .leftJoin('regions as r', 'r.location_id', 'n.location_id')
    .select(['n.id', 'n.name', 'r.id as regionId', 'n.enabled', 'n.reserved_headroom_gb as reservedHeadroomGb'])
    .where('n.id', '=', id)
    .forNoKeyUpdate('n')
    .executeTakeFirst()
  return row ?? null
}

export async function saveNodeSettings(tx: Tx, node: NodeSettings, at: Date): Promise<void> {
  await tx
    .updateTable('ptero_nodes')
    .set({ enabled: node.enabled, reserved_headroom_gb: node.reservedHeadroomGb, updated_at: at })
    .where('id', '=', node.id)
    .execute()
}

/** Orders that wait for capacity in this region look again. */
export const wakeCapacity = (tx: Tx, regionId: string): Promise<void> => wake(tx, 'fleet.capacity', regionId)
