import type { AllocationRow, EggRow, ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import type { Visit } from '../world.ts'
import { type Item, list, type Shape } from './fractal.ts'
import { environmentOf, isInstalled } from './server.ts'

/** A server as the client API shows it, always with its allocations and the variables that a customer may see. */
export const CLIENT_SERVER: Shape<ServerRow> = {
  object: 'server',
  attributes: (row, { world: { store }, caller }) => {
    const node = store.nodes.get(row.node_id)
    return {
      server_owner: row.owner_id === caller.user.id,
      identifier: row.uuid.slice(0, 8),
      internal_id: row.id,
      uuid: row.uuid,
      name: row.name,
      node: node?.name ?? '',
      is_node_under_maintenance: node?.maintenance_mode ?? false,
      sftp_details: { ip: node?.fqdn ?? '', port: node?.daemon_sftp ?? 2022 },
      description: row.description,
      limits: {
        memory: row.memory,
        swap: row.swap,
        disk: row.disk,
        io: row.io,
        cpu: row.cpu,
        threads: row.threads,
        oom_disabled: row.oom_disabled,
      },
      invocation: invocationOf(store, row),
      docker_image: row.image,
      egg_features: store.eggs.get(row.egg_id)?.features ?? null,
      feature_limits: { databases: row.database_limit, allocations: row.allocation_limit, backups: row.backup_limit },
      status: row.status,
      is_suspended: row.status === 'suspended',
      is_installing: !isInstalled(row),
      is_transferring: false,
    }
  },
  includes: {
    allocations: { needs: null, make: (row, visit) => allocationsOf(row, visit) },
    variables: { needs: null, make: (row, { world: { store } }) => ({ object: 'list', data: variablesOf(store, row) }) },
    egg: { needs: null, make: (row, { world: { store } }) => eggOf(store.eggs.get(row.egg_id)) },
    subusers: { needs: null, make: () => ({ object: 'list', data: [] }) },
  },
}
export const CLIENT_DEFAULTS = { allocations: {}, variables: {} }

const eggOf = (egg: EggRow | undefined): Item | null =>
  egg === undefined ? null : { object: 'egg', attributes: { uuid: egg.uuid, name: egg.name } }

function allocationsOf(server: ServerRow, visit: Visit) {
  const shape: Shape<AllocationRow> = {
    object: 'allocation',
    attributes: (row) => ({
      id: row.id,
      ip: row.ip,
      ip_alias: row.alias,
      port: row.port,
      notes: row.notes,
      is_default: row.id === server.allocation_id,
    }),
    includes: {},
  }
  return list(shape, visit.world.store.allocations.where('server', server.id), visit, {})
}

const variablesOf = (store: Store, server: ServerRow): Item[] =>
  (store.eggs.get(server.egg_id)?.variables ?? [])
    .filter((each) => each.user_viewable)
    .map((each) => ({
      object: 'egg_variable',
      attributes: {
        name: each.name,
        description: each.description,
        env_variable: each.env_variable,
        default_value: each.default_value,
        server_value: server.environment[each.env_variable] ?? null,
        is_editable: each.user_editable,
        rules: each.rules,
      },
    }))

/** The start command with its variables filled in; what a customer may not see is starred out. */
function invocationOf(store: Store, server: ServerRow): string {
  const main = store.allocations.get(server.allocation_id)
  const hidden = new Set(
    (store.eggs.get(server.egg_id)?.variables ?? []).filter((each) => !each.user_viewable).map((each) => each.env_variable),
  )
  const values: Record<string, unknown> = {
    ...environmentOf(store, server),
    SERVER_MEMORY: server.memory,
    SERVER_IP: main?.ip,
    SERVER_PORT: main?.port,
  }
  return server.startup.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    hidden.has(name) ? '[hidden]' : name in values ? String(values[name] ?? '') : whole,
  )
}
