import { randomUUID } from 'node:crypto'
import { drawAllocation, viableNodes } from '../deploy.ts'
import { crashed, integrity, invalid, must, PanelError } from '../errors.ts'
import { fold } from '../fold.ts'
import { at, type Fault, type Rules, toColumn, validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { AllocationRow, ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { item } from '../transform/fractal.ts'
import { SERVER } from '../transform/server.ts'
import { created, type Visit } from '../world.ts'
import { type Environment, refusedField, serverRules, truth, variablesOf } from './server-rules.ts'

/** An empty `deploy` is no deploy: the allocation must then be named. */
const deploys = (deploy: unknown): deploy is Record<string, unknown> =>
  typeof deploy === 'object' && deploy !== null && Object.keys(deploy).length > 0

/** PHP's idea of it; an empty list is false. */
const isTrue = (value: unknown): boolean => (typeof value === 'object' ? deploys(value) : Boolean(value) && value !== '0')

function rules(store: Store, deploy: boolean): Rules {
  const own = serverRules(store)
  const free = { rule: 'exists' as const, passes: (value: unknown) => store.allocations.get(Number(value))?.server_id === null }
  return {
    external_id: own.external_id,
    name: own.name,
    description: own.description,
    user: own.owner,
    egg: own.egg,
    docker_image: own.image,
    startup: own.startup,
    environment: ['present', 'array'],
    skip_scripts: ['sometimes', 'boolean'],
    oom_disabled: ['sometimes', 'boolean'],
    limits: ['required', 'array'],
    'limits.memory': own.memory,
    'limits.swap': own.swap,
    'limits.disk': own.disk,
    'limits.io': own.io,
    'limits.threads': own.threads,
    'limits.cpu': own.cpu,
    feature_limits: ['required', 'array'],
    'feature_limits.databases': own.databases,
    'feature_limits.allocations': own.allocations,
    'feature_limits.backups': own.backups,
    ...(deploy ? {} : { 'allocation.default': ['required', 'integer', 'bail', free], 'allocation.additional.*': ['integer', free] }),
    deploy: ['sometimes', 'required', 'array'],
    'deploy.locations': deploy ? ['array', 'present'] : ['array'],
    'deploy.locations.*': ['integer', 'min:1'],
    // A slip of the panel's: what looks like a check for a truth is the name of a second field.
    'deploy.dedicated_ip': ['required_with:deploy,boolean'],
    'deploy.port_range': deploy ? ['array', 'present'] : ['array'],
    'deploy.port_range.*': ['string'],
    start_on_completion: ['sometimes', 'boolean'],
  }
}

/** What a person may have switched on for creates: a field that is refused, or ports that are all taken. */
function refusals(visit: Visit): Fault[] {
  const named = refusedField(visit)
  if (!visit.world.faults.take('panel', 'no_free_ports', visit.what)) return named
  return [...named, { field: 'allocation.default', rule: 'exists', detail: 'The selected allocation.default is invalid.' }]
}

function pickAllocation(visit: Visit): AllocationRow {
  const { store, random } = visit.world
  const { input } = visit
  const deploy = input['deploy']
  if (!deploys(deploy)) return must(store.allocations.get(Number(at(input, 'allocation.default').value)))
  const nodes = viableNodes(store, {
    memory: Math.trunc(Number(at(input, 'limits.memory').value)),
    disk: Math.trunc(Number(at(input, 'limits.disk').value)),
    locations: Object.values(deploy['locations'] as object).map(Number),
  })
  const ports = Object.values(deploy['port_range'] as object).map(String)
  return drawAllocation(store, { nodes, ports, dedicated: truth(deploy['dedicated_ip']), random })
}

/** The database's own keys, looked at when the row is written. What was free at the check may be gone by now: 500. */
function insertable(store: Store, row: { external_id: string | null; allocation_id: number }): void {
  if (store.allocations.get(row.allocation_id) === undefined) throw crashed('QueryException')
  if (store.servers.where('allocation', row.allocation_id).length > 0) {
    throw integrity('allocation_id', 'The allocation id has already been taken.')
  }
  if (row.external_id !== null && store.servers.where('external_id', fold(row.external_id)).length > 0) throw crashed('QueryException')
}

function insert(visit: Visit, allocation: AllocationRow, environment: Record<string, string>): ServerRow {
  const { store } = visit.world
  const value = (path: string) => at(visit.input, path).value ?? null
  const stamp = store.stamp()
  const server: ServerRow = {
    id: 0,
    uuid: randomUUID(),
    external_id: value('external_id') as string | null,
    name: String(value('name')),
    description: String(value('description') ?? ''),
    status: 'installing',
    owner_id: Number(value('user')),
    node_id: allocation.node_id,
    allocation_id: allocation.id,
    nest_id: must(store.eggs.get(Number(value('egg')))).nest_id,
    egg_id: Number(value('egg')),
    memory: toColumn(value('limits.memory')),
    swap: toColumn(value('limits.swap'), true),
    disk: toColumn(value('limits.disk')),
    io: toColumn(value('limits.io')),
    cpu: toColumn(value('limits.cpu')),
    threads: value('limits.threads') === null ? null : String(value('limits.threads')),
    oom_disabled: value('oom_disabled') === null ? true : truth(value('oom_disabled')),
    database_limit: toColumn(value('feature_limits.databases') ?? 0),
    allocation_limit: toColumn(value('feature_limits.allocations') ?? 0),
    backup_limit: toColumn(value('feature_limits.backups') ?? 0),
    startup: String(value('startup')),
    image: String(value('docker_image')),
    skip_scripts: truth(value('skip_scripts')),
    environment,
    created_at: stamp,
    updated_at: stamp,
  }
  insertable(store, server)
  server.id = store.nextId('servers')
  store.servers.set(server)
  // Whoever writes last keeps an additional allocation; the one before loses it without a word.
  // With a deploy beside them they are taken unchecked.
  const listed = Object.values((value('allocation.additional') ?? {}) as object).map(Number)
  const additional = listed.filter((id) => store.allocations.get(id) !== undefined)
  for (const id of [allocation.id, ...additional]) store.allocations.patch(id, { server_id: server.id })
  return server
}

/**
 * Checked, then written and visible, then told to the daemon. When the daemon does not take it, the panel asks it to
 * delete the server, whatever comes of that, and forgets the row.
 */
async function create(visit: Visit) {
  const { store, daemon, wings } = visit.world
  const { input, what } = visit
  const faults = [...validate(input, rules(store, isTrue(input['deploy']))), ...refusals(visit)]
  if (faults.length > 0) throw invalid(faults)
  const allocation = pickAllocation(visit)
  const egg = must(store.eggs.get(Number(input['egg'])))
  const environment = variablesOf(egg, (input['environment'] ?? {}) as Environment)
  await visit.think()
  const server = insert(visit, allocation, environment)
  const node = must(store.nodes.get(server.node_id))
  try {
    await daemon.call('create', { node, server: server.uuid, what }, () =>
      wings.create(server, { start: truth(input['start_on_completion']), what }),
    )
  } catch (error) {
    if (error instanceof PanelError) await cleanUp(visit, server)
    throw error
  }
  return created(item(SERVER, store.servers.get(server.id) ?? server, visit), null)
}

async function cleanUp({ world: { store, daemon } }: Visit, server: ServerRow): Promise<void> {
  const node = must(store.nodes.get(server.node_id))
  await daemon
    .call('delete', { node, server: server.uuid, what: null }, () => store.daemonServers.delete(server.uuid))
    .catch((error: unknown) => {
      if (!(error instanceof PanelError)) throw error
    })
  forget(store, server)
}

/** Its allocations are free again. */
export function forget(store: Store, server: ServerRow): void {
  for (const allocation of store.allocations.where('server', server.id)) {
    store.allocations.patch(allocation.id, { server_id: null, notes: null })
  }
  store.servers.delete(server.id)
}

export const serverCreateRoutes = () => [route('POST', 'api/application/servers', 'servers:w', create)]
