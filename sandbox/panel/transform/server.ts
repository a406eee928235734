import type { ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { broken, define, many, one, type Shape } from './fractal.ts'
import { microseconds } from './variable.ts'

/** What the daemon puts into the server's environment: the egg's variables, then the panel's own. */
export function environmentOf(store: Store, server: ServerRow): Record<string, string | number | null> {
  const egg = store.eggs.get(server.egg_id)
  const node = store.nodes.get(server.node_id)
  return {
    ...Object.fromEntries(
      (egg?.variables ?? []).map((each) => [each.env_variable, server.environment[each.env_variable] ?? each.default_value]),
    ),
    STARTUP: server.startup,
    P_SERVER_LOCATION: store.locations.get(node?.location_id ?? 0)?.short ?? '',
    P_SERVER_UUID: server.uuid,
    P_SERVER_ALLOCATION_LIMIT: server.allocation_limit,
  }
}

export const isInstalled = (server: ServerRow): boolean => server.status !== 'installing' && server.status !== 'install_failed'

export const SERVER: Shape<ServerRow> = define('server', {
  object: 'server',
  attributes: (row, { world: { store } }) => ({
    id: row.id,
    external_id: row.external_id,
    uuid: row.uuid,
    identifier: row.uuid.slice(0, 8),
    name: row.name,
    description: row.description,
    status: row.status,
    suspended: row.status === 'suspended',
    limits: {
      memory: row.memory,
      swap: row.swap,
      disk: row.disk,
      io: row.io,
      cpu: row.cpu,
      threads: row.threads,
      oom_disabled: row.oom_disabled,
    },
    feature_limits: { databases: row.database_limit, allocations: row.allocation_limit, backups: row.backup_limit },
    user: row.owner_id,
    node: row.node_id,
    allocation: row.allocation_id,
    nest: row.nest_id,
    egg: row.egg_id,
    container: {
      startup_command: row.startup,
      image: row.image,
      installed: isInstalled(row) ? 1 : 0,
      environment: environmentOf(store, row),
    },
    updated_at: row.updated_at,
    created_at: row.created_at,
  }),
  includes: {
    allocations: many('allocations', 'allocation', (row, { world }) => world.store.allocations.where('server', row.id)),
    user: one('users', 'user', (row, { world }) => world.store.users.get(row.owner_id)),
    subusers: { needs: 'users', make: () => ({ object: 'list', data: [] }) },
    nest: one('nests', 'nest', (row, { world }) => world.store.nests.get(row.nest_id)),
    egg: one('eggs', 'egg', (row, { world }) => world.store.eggs.get(row.egg_id)),
    variables: {
      needs: 'servers',
      make: (row, { world }) => ({
        object: 'list',
        data: (world.store.eggs.get(row.egg_id)?.variables ?? []).map((each) => ({
          object: 'server_variable',
          attributes: {
            ...each,
            created_at: microseconds(each.created_at),
            updated_at: microseconds(each.updated_at),
            server_value: row.environment[each.env_variable] ?? null,
          },
        })),
      }),
    },
    location: one('locations', 'location', (row, { world }) =>
      world.store.locations.get(world.store.nodes.get(row.node_id)?.location_id ?? 0),
    ),
    node: one('nodes', 'node', (row, { world }) => world.store.nodes.get(row.node_id)),
    databases: { needs: 'server_databases', make: () => ({ object: 'list', data: [] }) },
    transfer: broken(),
  },
})
