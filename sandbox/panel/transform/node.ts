import type { AllocationRow, LocationRow, NodeRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { define, many, one, type Shape } from './fractal.ts'

/** What the node's servers are given together; an unlimited one counts as nothing. */
export function resourcesOf(store: Store, node: NodeRow): { memory: number; disk: number } {
  const servers = store.servers.where('node', node.id)
  return {
    memory: servers.reduce((sum, server) => sum + server.memory, 0),
    disk: servers.reduce((sum, server) => sum + server.disk, 0),
  }
}

export const NODE: Shape<NodeRow> = define('node', {
  object: 'node',
  attributes: (row, { world: { store } }) => ({
    id: row.id,
    uuid: row.uuid,
    public: row.public,
    name: row.name,
    description: row.description,
    location_id: row.location_id,
    fqdn: row.fqdn,
    scheme: row.scheme,
    behind_proxy: row.behind_proxy,
    maintenance_mode: row.maintenance_mode,
    memory: row.memory,
    memory_overallocate: row.memory_overallocate,
    disk: row.disk,
    disk_overallocate: row.disk_overallocate,
    upload_size: row.upload_size,
    daemon_listen: row.daemon_listen,
    daemon_sftp: row.daemon_sftp,
    daemon_base: row.daemon_base,
    created_at: row.created_at,
    updated_at: row.updated_at,
    allocated_resources: resourcesOf(store, row),
  }),
  includes: {
    allocations: many('allocations', 'allocation', (row, { world }) => world.store.allocations.where('node', row.id)),
    location: one('locations', 'location', (row, { world }) => world.store.locations.get(row.location_id)),
    servers: many('servers', 'server', (row, { world }) => world.store.servers.where('node', row.id)),
  },
})

export const ALLOCATION: Shape<AllocationRow> = define('allocation', {
  object: 'allocation',
  attributes: (row) => ({
    id: row.id,
    ip: row.ip,
    alias: row.alias,
    port: row.port,
    notes: row.notes,
    assigned: row.server_id !== null,
  }),
  includes: {
    node: one('nodes', 'node', (row, { world }) => world.store.nodes.get(row.node_id)),
    server: one('servers', 'server', (row, { world }) => (row.server_id === null ? undefined : world.store.servers.get(row.server_id))),
  },
})

export const LOCATION: Shape<LocationRow> = define('location', {
  object: 'location',
  attributes: ({ id, short, long, updated_at, created_at }) => ({ id, short, long, updated_at, created_at }),
  includes: {
    nodes: many('nodes', 'node', (row, { world }) => world.store.nodes.where('location', row.id)),
    servers: many('servers', 'server', (row, { world }) =>
      world.store.nodes.where('location', row.id).flatMap((node) => world.store.servers.where('node', node.id)),
    ),
  },
})
