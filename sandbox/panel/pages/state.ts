import type { Store } from '../store.ts'
import { resourcesOf } from '../transform/node.ts'
import { environmentOf } from '../transform/server.ts'

/** Everything that tests and the command line look at, in one piece. */
export function panelState(store: Store) {
  const place = ({ id, ip, port }: { id: number; ip: string; port: number }) => ({ id, ip, port })
  return {
    users: store.users.all().map(({ password, ...user }) => ({ ...user, has_password: password !== null })),
    servers: store.servers.all().map((server) => ({
      id: server.id,
      uuid: server.uuid,
      identifier: server.uuid.slice(0, 8),
      external_id: server.external_id,
      name: server.name,
      description: server.description,
      status: server.status,
      owner: server.owner_id,
      node: server.node_id,
      nest: server.nest_id,
      egg: server.egg_id,
      allocation: server.allocation_id,
      allocations: store.allocations.where('server', server.id).map(place),
      limits: { memory: server.memory, swap: server.swap, disk: server.disk, io: server.io, cpu: server.cpu, threads: server.threads },
      feature_limits: { databases: server.database_limit, allocations: server.allocation_limit, backups: server.backup_limit },
      startup: server.startup,
      image: server.image,
      environment: environmentOf(store, server),
      power: store.daemonServers.get(server.uuid)?.state ?? null,
      created_at: server.created_at,
    })),
    nodes: store.nodes.all().map((node) => {
      const allocations = store.allocations.where('node', node.id)
      return {
        id: node.id,
        name: node.name,
        location: store.locations.get(node.location_id)?.short ?? null,
        public: node.public,
        maintenance: node.maintenance_mode,
        memory: node.memory,
        disk: node.disk,
        used: resourcesOf(store, node),
        allocations: { total: allocations.length, assigned: allocations.filter((each) => each.server_id !== null).length },
      }
    }),
  }
}
