import { invalid, must, notFound, PanelError } from '../errors.ts'
import { paginate } from '../laravel/page.ts'
import { partial, select } from '../laravel/query.ts'
import { validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { ServerRow } from '../rows.ts'
import { CLIENT_DEFAULTS, CLIENT_SERVER } from '../transform/client.ts'
import { item, list } from '../transform/fractal.ts'
import { isInstalled } from '../transform/server.ts'
import { offline, running } from '../wings.ts'
import { noContent, ok, type Visit } from '../world.ts'
import { PERMISSIONS } from './client-permissions.ts'

/** Usage figures are kept this long, so they are old after a power signal. */
const CACHE_MS = 20_000
const RUNNING_MEMORY_BYTES = 268_435_456

/** @throws 404 for somebody else's server */
function own(visit: Visit, identifier: string): ServerRow {
  const { servers } = visit.world.store
  const server = must(servers.where('short', identifier)[0] ?? servers.where('uuid', identifier)[0])
  const { user } = visit.caller
  if (server.owner_id !== user.id && !user.root_admin) throw notFound('The requested resource does not exist on this server.')
  return server
}

/** @throws 409 while the server is installing, suspended or its node in maintenance, for an administrator too */
function ready(visit: Visit, server: ServerRow): ServerRow {
  const conflict = (detail: string) => new PanelError('ServerStateConflictException', 409, detail)
  if (server.status === 'suspended') throw conflict('This server is currently suspended and the functionality requested is unavailable.')
  if (visit.world.store.nodes.get(server.node_id)?.maintenance_mode)
    throw conflict('The node of this server is currently under maintenance and the functionality requested is unavailable.')
  if (!isInstalled(server)) throw conflict('This server has not yet completed its installation process, please try again later.')
  return server
}

function mine(visit: Visit) {
  const { world, caller, query } = visit
  const type = query['type']
  const all = world.store.servers.all()
  const listed = all.filter((server) => {
    const owned = server.owner_id === caller.user.id
    if (type === 'admin' || type === 'admin-all') return caller.user.root_admin && (type === 'admin-all' || !owned)
    return owned
  })
  const rows = select(
    listed,
    { ...query, sort: null },
    {
      filters: {
        uuid: partial((row: ServerRow) => row.uuid),
        name: partial((row: ServerRow) => row.name),
        description: partial((row: ServerRow) => row.description),
        external_id: partial((row: ServerRow) => row.external_id),
        '*': (value) => {
          const checks = [
            partial((row: ServerRow) => row.uuid),
            partial((row: ServerRow) => row.name),
            partial((row: ServerRow) => row.external_id),
          ]
          const any = checks.map((check) => check(value))
          return (row: ServerRow) => any.some((matches) => matches(row))
        },
      },
    },
  )
  const page = paginate(rows, query, visit.url, 100)
  return ok({ ...list(CLIENT_SERVER, page.rows, visit, { ...CLIENT_DEFAULTS, ...visit.includes }), meta: page.meta })
}

function view(visit: Visit, server: ServerRow) {
  const { user } = visit.caller
  const isOwner = server.owner_id === user.id
  const admin = user.root_admin ? ['admin.websocket.errors', 'admin.websocket.install', 'admin.websocket.transfer'] : []
  return ok({
    ...item(CLIENT_SERVER, server, visit, { ...CLIENT_DEFAULTS, ...visit.includes }),
    meta: { is_server_owner: isOwner, user_permissions: ['*', ...admin] },
  })
}

type Stats = { until: number; body: unknown }

async function resources(visit: Visit, server: ServerRow, cache: Map<string, Stats>) {
  const { store, daemon, clock } = visit.world
  const now = clock.now().getTime()
  const kept = cache.get(server.uuid)
  if (kept && kept.until > now) return ok(kept.body)
  await daemon.call('stats', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () => undefined)
  const known = store.daemonServers.get(server.uuid)
  const runs = known?.state === 'running'
  const body = {
    object: 'stats',
    attributes: {
      current_state: known?.state ?? 'offline',
      is_suspended: server.status === 'suspended',
      resources: {
        memory_bytes: runs ? RUNNING_MEMORY_BYTES : 0,
        cpu_absolute: runs ? 12.5 : 0,
        disk_bytes: 1_048_576,
        network_rx_bytes: 0,
        network_tx_bytes: 0,
        uptime: runs && known.started_at ? now - Date.parse(known.started_at) : 0,
      },
    },
  }
  cache.set(server.uuid, { until: now + CACHE_MS, body })
  return ok(body)
}

async function power(visit: Visit, server: ServerRow) {
  const { store, daemon, clock } = visit.world
  const faults = validate(visit.input, { signal: ['required', 'string', 'in:start,stop,restart,kill'] })
  if (faults.length > 0) throw invalid(faults)
  const runs = visit.input['signal'] === 'start' || visit.input['signal'] === 'restart'
  await daemon.call('power', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () => {
    const known = store.daemonServers.get(server.uuid)
    if (!known || (runs && known.state === 'running' && visit.input['signal'] === 'start')) return
    store.daemonServers.set({ ...known, ...(runs ? running(clock) : offline) })
  })
  return noContent
}

export function clientRoutes() {
  const cache = new Map<string, Stats>()
  return [
    route('GET', 'api/client', null, mine),
    route('GET', 'api/client/permissions', null, () => ok(PERMISSIONS)),
    route('GET', 'api/client/account', null, ({ caller: { user } }) =>
      ok({
        object: 'user',
        attributes: {
          id: user.id,
          admin: user.root_admin,
          username: user.username,
          email: user.email,
          first_name: user.first_name,
          last_name: user.last_name,
          language: user.language,
        },
      }),
    ),
    route('GET', 'api/client/servers/{identifier}', null, (visit, { identifier }) => view(visit, own(visit, identifier))),
    route('GET', 'api/client/servers/{identifier}/resources', null, (visit, { identifier }) =>
      resources(visit, ready(visit, own(visit, identifier)), cache),
    ),
    route('POST', 'api/client/servers/{identifier}/power', null, (visit, { identifier }) =>
      power(visit, ready(visit, own(visit, identifier))),
    ),
  ]
}

/** A server that does not exist is found out before the key's kind and the rate limit are looked at. */
export function clientServerExists(visit: Pick<Visit, 'world'>, identifier: string): void {
  const { servers } = visit.world.store
  must(servers.where('short', identifier)[0] ?? servers.where('uuid', identifier)[0])
}
