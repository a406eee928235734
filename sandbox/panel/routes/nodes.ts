import { randomBytes, randomUUID } from 'node:crypto'
import { viableNodes } from '../deploy.ts'
import { invalid, PanelError, refused } from '../errors.ts'
import type { Input } from '../laravel/input.ts'
import { paginate } from '../laravel/page.ts'
import { partial, select } from '../laravel/query.ts'
import { toColumn, validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { NodeRow } from '../rows.ts'
import { item, list } from '../transform/fractal.ts'
import { NODE, resourcesOf } from '../transform/node.ts'
import { created, noContent, ok, type Visit } from '../world.ts'

const NAMES = { location_id: 'Location', public: 'Node Visibility', upload_size: 'File Upload Size Limit', daemon_base: 'Daemon Base Path' }
const NUMBERS = ['location_id', 'memory', 'memory_overallocate', 'disk', 'disk_overallocate', 'upload_size', 'daemon_sftp', 'daemon_listen']
const TRUTHS = ['public', 'behind_proxy', 'maintenance_mode']
const TEXTS = ['name', 'fqdn', 'scheme', 'daemon_base']

/** The columns that this body sets; a description is not among them. */
function check({ world: { store }, input }: Visit): Partial<NodeRow> {
  const faults = validate(
    input,
    {
      name: ['required', 'regex:/^([\\w .-]{1,100})$/'],
      location_id: ['required', { rule: 'exists', passes: (value) => store.locations.get(Number(value)) !== undefined }],
      public: ['boolean'],
      fqdn: ['required', 'string'],
      scheme: ['required'],
      behind_proxy: ['boolean'],
      memory: ['required', 'numeric', 'min:1'],
      memory_overallocate: ['required', 'numeric', 'min:-1'],
      disk: ['required', 'numeric', 'min:1'],
      disk_overallocate: ['required', 'numeric', 'min:-1'],
      daemon_base: ['sometimes', 'required', 'regex:/^([\\/][\\d\\w.\\-\\/]+)$/'],
      daemon_sftp: ['required', 'numeric', 'between:1,65535'],
      daemon_listen: ['required', 'numeric', 'between:1,65535'],
      maintenance_mode: ['boolean'],
      upload_size: ['integer', 'between:1,1024'],
    },
    NAMES,
  )
  if (faults.length > 0) throw invalid(faults)
  const entries = Object.entries(input).flatMap(([name, value]): [string, unknown][] => {
    if (NUMBERS.includes(name)) return [[name, toColumn(value, true)]]
    if (TRUTHS.includes(name)) return [[name, value === true || value === 1 || value === '1']]
    return TEXTS.includes(name) ? [[name, String(value)]] : []
  })
  return Object.fromEntries(entries)
}

const FRESH = {
  public: true,
  description: null,
  behind_proxy: false,
  maintenance_mode: false,
  upload_size: 100,
  daemon_base: '/var/lib/pterodactyl/volumes',
}

export const nodeRoutes = () => [
  route('GET', 'api/application/nodes', 'nodes:r', (visit) => {
    const rows = select(visit.world.store.nodes.all(), visit.query, {
      filters: {
        uuid: partial((row: NodeRow) => row.uuid),
        name: partial((row: NodeRow) => row.name),
        fqdn: partial((row: NodeRow) => row.fqdn),
        daemon_token_id: partial((row: NodeRow) => row.daemon_token_id),
      },
      sorts: { id: (row) => row.id, uuid: (row) => row.uuid, memory: (row) => row.memory, disk: (row) => row.disk },
    })
    const page = paginate(rows, visit.query, visit.url)
    return ok({ ...list(NODE, page.rows, visit), meta: page.meta })
  }),
  route('GET', 'api/application/nodes/deployable', 'nodes:r', (visit) => deployable(visit)),
  route('GET', 'api/application/nodes/{node}', 'nodes:r', (visit, { node }) => ok(item(NODE, node, visit))),
  route('GET', 'api/application/nodes/{node}/configuration', 'nodes:r', ({ world: { store }, origin }, { node }) => {
    // Who fetches the configuration sets a daemon up with it.
    store.setNodeUp(node.id, true)
    return ok(configuration(node, origin))
  }),
  route('POST', 'api/application/nodes', 'nodes:w', (visit) => {
    const { store } = visit.world
    const stamp = store.stamp()
    const asked = check(visit)
    const saved = store.nodes.set({
      ...FRESH,
      ...asked,
      id: store.nextId('nodes'),
      uuid: randomUUID(),
      daemon_token_id: randomBytes(8).toString('hex'),
      daemon_token: randomBytes(32).toString('hex'),
      created_at: stamp,
      updated_at: stamp,
    } as NodeRow)
    store.setNodeUp(saved.id, false)
    return created(item(NODE, saved, visit), `${visit.origin}/api/application/nodes/${saved.id}`)
  }),
  route('PATCH', 'api/application/nodes/{node}', 'nodes:w', async (visit, { node }) => {
    const { store, daemon } = visit.world
    const saved = store.nodes.patch(node.id, { ...check(visit), updated_at: store.stamp() })
    try {
      await daemon.call('config', { node: saved, server: '', what: visit.what }, () => undefined)
    } catch (error) {
      if (error instanceof PanelError) throw notPersisted()
      throw error
    }
    // Telling the daemon has loaded the node's mounts, so they show here and nowhere else.
    const { object, attributes } = item(NODE, saved, visit)
    return ok({ object, attributes: { ...attributes, mounts: [] } })
  }),
  route('DELETE', 'api/application/nodes/{node}', 'nodes:w', ({ world: { store } }, { node }) => {
    if (store.servers.where('node', node.id).length > 0) {
      throw refused('A node must have no servers linked to it in order to be deleted.', 'HasActiveServersException')
    }
    for (const allocation of store.allocations.where('node', node.id)) store.allocations.delete(allocation.id)
    store.nodes.delete(node.id)
    return noContent
  }),
]

const notPersisted = () =>
  refused(
    'The daemon configuration <strong>has been updated</strong>, however there was an error encountered while attempting to ' +
      'automatically update the configuration file on the Daemon. You will need to manually update the configuration file (config.yml) ' +
      'for the daemon to apply these changes.',
    'ConfigurationNotPersistedException',
  )

/** Paged only when a page is asked for. The sums come as text, as the database gives them. */
function deployable(visit: Visit) {
  const { world, query, input, url } = visit
  const faults = validate(input, {
    page: ['integer'],
    memory: ['required', 'integer', 'min:0'],
    disk: ['required', 'integer', 'min:0'],
    location_ids: ['array'],
    'location_ids.*': ['integer'],
  })
  if (faults.length > 0) throw invalid(faults)
  const locations = Object.values((input['location_ids'] ?? {}) as Input).map(Number)
  const nodes = viableNodes(world.store, { memory: Number(input['memory']), disk: Number(input['disk']), locations })
  const paged = query['page'] === null || query['page'] === undefined ? null : paginate(nodes, query, url)
  const shown = list(NODE, paged?.rows ?? nodes, visit)
  for (const [at, row] of (paged?.rows ?? nodes).entries()) {
    const { allocated_resources, relationships, ...rest } = shown.data[at]!.attributes!
    const { memory, disk } = resourcesOf(world.store, row)
    const sums = { sum_memory: String(memory), sum_disk: String(disk) }
    shown.data[at]!.attributes = { ...rest, ...sums, allocated_resources, ...(relationships === undefined ? {} : { relationships }) }
  }
  return ok(paged ? { ...shown, meta: paged.meta } : shown)
}

const configuration = (node: NodeRow, origin: string) => ({
  debug: false,
  uuid: node.uuid,
  token_id: node.daemon_token_id,
  token: node.daemon_token,
  api: {
    host: '0.0.0.0',
    port: node.daemon_listen,
    ssl: {
      enabled: !node.behind_proxy && node.scheme === 'https',
      cert: `/etc/letsencrypt/live/${node.fqdn.toLowerCase()}/fullchain.pem`,
      key: `/etc/letsencrypt/live/${node.fqdn.toLowerCase()}/privkey.pem`,
    },
    upload_limit: node.upload_size,
  },
  system: { data: node.daemon_base, sftp: { bind_port: node.daemon_sftp } },
  allowed_mounts: [],
  remote: origin,
})
