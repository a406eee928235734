import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import type { SeenServer } from '../rules/want.ts'

export interface SeenPort {
  id: number
  ip: string
  alias: string | null
  port: number
}
export type Observation = SeenServer & { ports: SeenPort[] }

const toObservation = (row: Selectable<Tables['servers_seen']>): Observation => ({
  what: 'server',
  at: row.seen_at,
  id: row.panel_server_id,
  identifier: row.identifier,
  externalId: row.order_id,
  status: row.status,
  suspended: row.suspended,
  ownerId: row.owner_id,
  nodeId: row.node_id,
  eggId: row.egg_id,
  limits: row.limits,
  features: row.feature_limits,
  allocationId: row.allocation_id,
  allocationIds: row.allocations.map((one) => one.id),
  ports: row.allocations,
})

/** What the panel last said about the server of an order; null: never seen, or seen to be gone. */
export async function seenOf(q: Queries, orderId: string): Promise<Observation | null> {
  const row = await q.selectFrom('servers_seen').selectAll().where('order_id', '=', orderId).executeTakeFirst()
  return row ? toObservation(row) : null
}

export async function seenOfMany(q: Queries, orderIds: string[]): Promise<Observation[]> {
  const rows = await q.selectFrom('servers_seen').selectAll().where('order_id', 'in', orderIds).execute()
  return rows.map(toObservation)
}

/** An answer of the panel as an observation. Answers without allocations know the default one only. */
export const observed = (server: PanelServer, at: Date): Observation => ({
  what: 'server',
  at,
  id: server.id,
  identifier: server.identifier,
  externalId: server.externalId,
  status: server.status,
  suspended: server.suspended,
  ownerId: server.userId,
  nodeId: server.nodeId,
  eggId: server.eggId,
  limits: server.limits,
  features: server.featureLimits,
  allocationId: server.allocationId,
  allocationIds: server.allocations.map((one) => one.id),
  ports: server.allocations,
})

/** Writes observations of our servers; an older one never replaces a newer. */
export async function saveSeen(q: Queries, servers: PanelServer[], at: Date): Promise<void> {
  const rows = servers.flatMap((server) => (server.externalId === null ? [] : [{ ...server, orderId: server.externalId }]))
  if (rows.length === 0) return
  await q
    .insertInto('servers_seen')
    .values(
      rows.map((server) => ({
        order_id: server.orderId,
        panel_server_id: server.id,
        identifier: server.identifier,
        uuid: server.uuid,
        status: server.status,
        suspended: server.suspended,
        name: server.name,
        owner_id: server.userId,
        node_id: server.nodeId,
        egg_id: server.eggId,
        limits: JSON.stringify(server.limits),
        feature_limits: JSON.stringify(server.featureLimits),
        allocation_id: server.allocationId,
        allocations: JSON.stringify(server.allocations),
        seen_at: at,
      })),
    )
    .onConflict((on) =>
      on
        .column('order_id')
        .doUpdateSet((e) =>
          Object.fromEntries(
            (
              [
                'panel_server_id',
                'identifier',
                'uuid',
                'status',
                'suspended',
                'name',
                'owner_id',
                'node_id',
                'egg_id',
                'limits',
                'feature_limits',
                'allocation_id',
                'allocations',
                'seen_at',
              ] as const
            ).map((column) => [column, e.ref(`excluded.${column}`)]),
          ),
        )
        .where('servers_seen.seen_at', '<=', sql<Date>`excluded.seen_at`),
    )
    .execute()
}

/** After a suspension of ours: true until the panel is asked again. */
export async function markSuspended(tx: Tx, orderId: string, suspended: boolean, at: Date): Promise<void> {
  await tx
    .updateTable('servers_seen')
    .set({ suspended, status: suspended ? 'suspended' : null, seen_at: at })
    .where('order_id', '=', orderId)
    .execute()
}

/** A reinstallation has begun. */
export async function markInstalling(tx: Tx, orderId: string, at: Date): Promise<void> {
  await tx.updateTable('servers_seen').set({ status: 'installing', seen_at: at }).where('order_id', '=', orderId).execute()
}

/** The panel said so in its answer to a change of limits. */
export async function markResized(tx: Tx, orderId: string, now: Pick<SeenServer, 'limits' | 'features'>, at: Date): Promise<void> {
  const kept = { limits: JSON.stringify(now.limits), feature_limits: JSON.stringify(now.features), seen_at: at }
  await tx.updateTable('servers_seen').set(kept).where('order_id', '=', orderId).execute()
}

export async function forgetSeen(q: Queries, orderIds: string[]): Promise<void> {
  if (orderIds.length > 0) await q.deleteFrom('servers_seen').where('order_id', 'in', orderIds).execute()
}
