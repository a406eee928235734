import { invalid, refused } from '../errors.ts'
import { paginate } from '../laravel/page.ts'
import { exact, partial, select } from '../laravel/query.ts'
import { validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { AllocationRow, NodeRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { list } from '../transform/fractal.ts'
import { ALLOCATION } from '../transform/node.ts'
import { noContent, ok, type Visit } from '../world.ts'

const PORT_MIN = 1025
const PORT_MAX = 65_535
const RANGE_MAX = 1000

export const allocationRoutes = () => [
  route('GET', 'api/application/nodes/{node}/allocations', 'allocations:r', (visit, { node }) => {
    // A sort is not looked at here.
    const rows = select(
      visit.world.store.allocations.where('node', node.id),
      { ...visit.query, sort: null },
      {
        filters: {
          ip: exact((row: AllocationRow) => row.ip),
          port: exact((row: AllocationRow) => row.port),
          ip_alias: partial((row: AllocationRow) => row.alias),
          server_id: (value) => {
            const digits = typeof value === 'string' && /^\d+$/.test(value) && value !== '0'
            return (row: AllocationRow) => (digits ? row.server_id === Number(value) : row.server_id === null)
          },
        },
      },
    )
    const page = paginate(rows, visit.query, visit.url)
    const taken = visit.world.faults.take('panel', 'all_ports_taken', visit.what) !== null
    const shown = taken ? page.rows.map((row) => ({ ...row, server_id: row.server_id ?? 0 })) : page.rows
    return ok({ ...list(ALLOCATION, shown, visit), meta: page.meta })
  }),
  route('POST', 'api/application/nodes/{node}/allocations', 'allocations:w', (visit, { node }) => {
    const { ip, alias, ports } = check(visit)
    const addresses = expandAddress(ip)
    const wanted = ports.flatMap(expandPorts)
    for (const address of addresses) for (const port of wanted) add(visit.world.store, node, { address, port, alias })
    return noContent
  }),
  route('DELETE', 'api/application/nodes/{node}/allocations/{allocation}', 'allocations:w', ({ world: { store } }, { allocation }) => {
    if (allocation.server_id !== null) {
      throw refused(
        'A server is currently assigned to this allocation. An allocation can only be deleted if no server is currently assigned.',
        'ServerUsingAllocationException',
      )
    }
    store.allocations.delete(allocation.id)
    return noContent
  }),
]

function check({ input }: Visit): { ip: string; alias: string | null; ports: string[] } {
  const faults = validate(input, {
    ip: ['required', 'string'],
    alias: ['sometimes', 'nullable', 'string', 'max:191'],
    ports: ['required', 'array'],
    'ports.*': ['string'],
  })
  if (faults.length > 0) throw invalid(faults)
  return {
    ip: String(input['ip']),
    alias: (input['alias'] ?? null) as string | null,
    ports: Object.values(input['ports'] as object).map(String),
  }
}

/** What is there already is passed over without a word. */
function add(store: Store, node: NodeRow, { address, port, alias }: { address: string; port: number; alias: string | null }): void {
  if (store.allocations.where('place', `${node.id} ${address} ${port}`).length > 0) return
  store.allocations.set({ id: store.nextId('allocations'), node_id: node.id, ip: address, alias, port, notes: null, server_id: null })
}

function expandAddress(ip: string): string[] {
  const [address = '', bits] = ip.split('/')
  if (bits !== undefined && (!/^\d+$/.test(bits) || Number(bits) > 32 || Number(bits) < 27)) {
    throw refused('CIDR notation only allows masks between /25 and /32.', 'CidrOutOfRangeException')
  }
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    if (address.includes(':') && bits === undefined) return [address]
    throw refused(`Could not parse provided allocation IP address (${address}): Invalid IP address format`)
  }
  const count = 2 ** (32 - Number(bits ?? 32))
  const number = parts.reduce((sum, part) => sum * 256 + part, 0)
  const first = number - (number % count)
  return Array.from({ length: count }, (_, at) => [24, 16, 8, 0].map((shift) => Math.floor((first + at) / 2 ** shift) % 256).join('.'))
}

function expandPorts(text: string): number[] {
  const range = text.match(/^(\d{4,5})-(\d{4,5})$/)
  if (!range && !/^\d+$/.test(text)) {
    throw refused(`The mapping provided for ${text} was invalid and could not be processed.`, 'InvalidPortMappingException')
  }
  const [first, last] = range ? [Number(range[1]), Number(range[2])] : [Number(text), Number(text)]
  const [low, high] = [Math.min(first, last), Math.max(first, last)]
  if (high - low + 1 > RANGE_MAX) {
    throw refused('Adding more than 1000 ports in a single range at once is not supported.', 'TooManyPortsInRangeException')
  }
  if (first < PORT_MIN || last > PORT_MAX) {
    throw refused('Ports in an allocation must be greater than 1024 and less than or equal to 65535.', 'PortOutOfRangeException')
  }
  return Array.from({ length: high - low + 1 }, (_, at) => low + at)
}
