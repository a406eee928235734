import { invalid, must, PanelError, refused } from '../errors.ts'
import { at, type Rules, toColumn, validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { item } from '../transform/fractal.ts'
import { SERVER } from '../transform/server.ts'
import { ok, type Visit } from '../world.ts'
import { type Environment, refusedField, serverRules, truth, variablesOf } from './server-rules.ts'

const CHECKED = (visit: Visit, rules: Rules, names: Record<string, string> = {}) => {
  const faults = validate(visit.input, rules, names)
  if (faults.length > 0) throw invalid(faults)
}

/** An external id and a description that are not sent are cleared. */
function details(visit: Visit, server: ServerRow) {
  const { store } = visit.world
  const { input } = visit
  const own = serverRules(store, server)
  CHECKED(
    visit,
    { external_id: own.external_id, name: own.name, user: own.owner, description: own.description },
    { user: 'User ID', name: 'Server Name' },
  )
  const saved = store.servers.patch(server.id, {
    external_id: (input['external_id'] ?? null) as string | null,
    name: String(input['name']),
    owner_id: Number(input['user']),
    description: String(input['description'] ?? ''),
    updated_at: store.stamp(),
  })
  return ok(item(SERVER, saved, visit))
}

const LIMITS = ['memory', 'swap', 'io', 'cpu', 'threads', 'disk'] as const

function buildRules(store: Store, server: ServerRow): Rules {
  const own = serverRules(store, server)
  const eased = (name: (typeof LIMITS)[number], instead: string) =>
    own[name][0] === 'required' ? [instead, ...own[name].slice(1)] : own[name]
  return {
    allocation: own.allocation,
    oom_disabled: own.oom_disabled,
    limits: ['sometimes', 'array'],
    ...Object.fromEntries(LIMITS.map((name) => [`limits.${name}`, eased(name, 'required_with:limits')])),
    // The old flat form, from before there was an object of limits.
    ...Object.fromEntries(LIMITS.map((name) => [name, eased(name, 'required_without:limits')])),
    add_allocations: ['bail', 'array'],
    'add_allocations.*': ['integer'],
    remove_allocations: ['bail', 'array'],
    'remove_allocations.*': ['integer'],
    feature_limits: ['required', 'array'],
    'feature_limits.databases': own.databases,
    'feature_limits.allocations': own.allocations,
    'feature_limits.backups': own.backups,
  }
}

const BUILD_NAMES = {
  add_allocations: 'allocations to add',
  remove_allocations: 'allocations to remove',
  'add_allocations.*': 'allocation to add',
  'remove_allocations.*': 'allocation to remove',
  'feature_limits.databases': 'Database Limit',
  'feature_limits.allocations': 'Allocation Limit',
  'feature_limits.backups': 'Backup Limit',
}

/**
 * Which allocations come and go, and which is the default then. Those of other nodes and other servers are passed over.
 * @throws 400 when the default would be none of the server's own
 */
function planAllocations(visit: Visit, server: ServerRow): { add: number[]; remove: number[]; main: number } {
  const { store } = visit.world
  const ids = (name: string) => Object.values((visit.input[name] ?? {}) as object).map(Number)
  const add = ids('add_allocations').filter((id) => {
    const row = store.allocations.get(id)
    return row?.node_id === server.node_id && row.server_id === null
  })
  let main = Number(visit.input['allocation'])
  if (ids('remove_allocations').includes(main)) {
    const next = Math.min(...add)
    if (add.length === 0) {
      throw refused('You are attempting to delete the default allocation for this server but there is no fallback allocation to use.')
    }
    main = next
  }
  const remove = ids('remove_allocations').filter(
    (id) => !ids('add_allocations').includes(id) && store.allocations.get(id)?.server_id === server.id,
  )
  const own =
    main === server.allocation_id || add.includes(main) || (store.allocations.get(main)?.server_id === server.id && !remove.includes(main))
  if (!own) throw refused('The requested default allocation is not currently assigned to this server.')
  return { add, remove, main }
}

/** Missing feature limits become null here. A daemon that does not take it is told when the server boots: still 200. */
async function build(visit: Visit, server: ServerRow) {
  const { store, daemon } = visit.world
  const { input } = visit
  CHECKED(visit, buildRules(store, server), BUILD_NAMES)
  const wrong = refusedField(visit)
  if (wrong.length > 0) throw invalid(wrong)
  const { add, remove, main } = planAllocations(visit, server)
  for (const id of add) store.allocations.patch(id, { server_id: server.id, notes: null })
  for (const id of remove) store.allocations.patch(id, { server_id: null, notes: null })
  const flat: Record<string, unknown> = { ...input, ...((input['limits'] ?? {}) as object) }
  const threads = 'threads' in flat ? { threads: flat['threads'] === null ? null : String(flat['threads']) } : {}
  const limit = (name: string) => {
    const value = at(input, `feature_limits.${name}`).value ?? null
    return value === null ? null : toColumn(value)
  }
  const saved = store.servers.patch(server.id, {
    allocation_id: main,
    memory: toColumn(flat['memory']),
    swap: toColumn(flat['swap'], true),
    io: toColumn(flat['io']),
    cpu: toColumn(flat['cpu']),
    disk: toColumn(flat['disk']),
    ...threads,
    ...('oom_disabled' in input ? { oom_disabled: truth(input['oom_disabled']) } : {}),
    database_limit: limit('databases'),
    allocation_limit: limit('allocations'),
    backup_limit: limit('backups') ?? 0,
    updated_at: store.stamp(),
  })
  await daemon
    .call('sync', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () => undefined)
    .catch((error: unknown) => {
      if (!(error instanceof PanelError)) throw error
    })
  return ok(item(SERVER, store.servers.get(saved.id) ?? saved, visit))
}

/** The daemon is not told; another egg does not reinstall. An empty environment changes no variable. */
function startup(visit: Visit, server: ServerRow) {
  const { store } = visit.world
  const { input } = visit
  const own = serverRules(store, server)
  CHECKED(visit, {
    startup: own.startup,
    environment: ['present', 'array'],
    egg: own.egg,
    image: own.image,
    skip_scripts: ['present', 'boolean'],
  })
  const egg = must(store.eggs.get(Number(input['egg'])))
  const asked = (input['environment'] ?? {}) as Environment
  const values = Object.keys(asked).length === 0 ? {} : variablesOf(egg, asked)
  const saved = store.servers.patch(server.id, {
    startup: String(input['startup']),
    image: String(input['image']),
    egg_id: egg.id,
    nest_id: egg.nest_id,
    skip_scripts: truth(input['skip_scripts']),
    environment: { ...server.environment, ...values },
    updated_at: store.stamp(),
  })
  return ok(item(SERVER, saved, visit))
}

export const serverPatchRoutes = () => [
  route('PATCH', 'api/application/servers/{server}/details', 'servers:w', (visit, { server }) => details(visit, server)),
  route('PATCH', 'api/application/servers/{server}/build', 'servers:w', (visit, { server }) => build(visit, server)),
  route('PATCH', 'api/application/servers/{server}/startup', 'servers:w', (visit, { server }) => startup(visit, server)),
]
