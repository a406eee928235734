import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import { fold } from './fold.ts'
import { hashPassword } from './password.ts'
import type { AllocationRow, DaemonServerRow, EggRow, KeyRow, LocationRow, NestRow, NodeRow, ServerRow, UserRow } from './rows.ts'
import { APPLICATION_KEY, CLIENT_KEY, type PanelSeed } from './seed.ts'
import { createTable, type Table } from './table.ts'

/** Everything the panel remembers. Ids count up and are never given twice, as a database's do. */
export interface Store {
  users: Table<UserRow>
  locations: Table<LocationRow>
  nodes: Table<NodeRow>
  allocations: Table<AllocationRow>
  nests: Table<NestRow>
  eggs: Table<EggRow>
  servers: Table<ServerRow>
  keys: Table<KeyRow>
  daemonServers: Table<DaemonServerRow>
  /** Whether a daemon runs on the node; one added by the API has none until somebody fetches its configuration. */
  nodeIsUp(id: number): boolean
  setNodeUp(id: number, up: boolean): void
  nextId(table: 'users' | 'locations' | 'nodes' | 'allocations' | 'servers'): number
  /** Now, as the panel writes it: whole seconds, UTC. */
  stamp(): string
}

const foldedOrNull = (text: string | null) => (text === null ? null : fold(text))

export function createStore(journal: Journal, seed: PanelSeed, clock: Clock): Store {
  const counters = createTable(journal.collection<{ id: string; last: number }>('panel.counters'))
  const downNodes = createTable(journal.collection<{ id: number }>('panel.down_nodes'))
  const store: Store = {
    users: createTable(journal.collection<UserRow>('panel.users'), {
      email: (row) => fold(row.email),
      username: (row) => fold(row.username),
      external_id: (row) => foldedOrNull(row.external_id),
    }),
    locations: createTable(journal.collection<LocationRow>('panel.locations'), { short: (row) => fold(row.short) }),
    nodes: createTable(journal.collection<NodeRow>('panel.nodes'), { location: (row) => row.location_id }),
    allocations: createTable(journal.collection<AllocationRow>('panel.allocations'), {
      node: (row) => row.node_id,
      server: (row) => row.server_id,
      place: (row) => `${row.node_id} ${row.ip} ${row.port}`,
    }),
    nests: createTable(journal.collection<NestRow>('panel.nests')),
    eggs: createTable(journal.collection<EggRow>('panel.eggs'), { nest: (row) => row.nest_id }),
    servers: createTable(journal.collection<ServerRow>('panel.servers'), {
      external_id: (row) => foldedOrNull(row.external_id),
      uuid: (row) => row.uuid,
      short: (row) => row.uuid.slice(0, 8),
      owner: (row) => row.owner_id,
      node: (row) => row.node_id,
      allocation: (row) => row.allocation_id,
      egg: (row) => row.egg_id,
    }),
    keys: createTable(journal.collection<KeyRow>('panel.keys'), { token: (row) => row.token, user: (row) => row.user_id }),
    daemonServers: createTable(journal.collection<DaemonServerRow>('panel.daemon'), { node: (row) => row.node_id }),
    nodeIsUp: (id) => downNodes.get(id) === undefined,
    setNodeUp: (id, up) => (up ? downNodes.delete(id) : void downNodes.set({ id })),
    nextId(table) {
      const last = (counters.get(table)?.last ?? Math.max(0, ...store[table].all().map((row) => row.id))) + 1
      // Rows that came another way, a bulk seed's say, must not be written over.
      const free = store[table].get(last) === undefined ? last : Math.max(...store[table].all().map((row) => row.id)) + 1
      counters.set({ id: table, last: free })
      return free
    },
    stamp: () =>
      clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, '+00:00'),
  }
  if (counters.get('seeded') === undefined) plant(store, seed)
  counters.set({ id: 'seeded', last: 1 })
  return store
}

function plant(store: Store, seed: PanelSeed): void {
  const now = store.stamp()
  const dated = (at: string | undefined) => ({ created_at: at ?? now, updated_at: at ?? now })
  for (const { created_at, password, ...user } of seed.users) {
    const hash = password === undefined ? null : hashPassword(password)
    store.users.set({ ...user, uuid: user.uuid ?? randomUUID(), password: hash, ...dated(created_at) })
  }
  for (const { created_at, ...row } of seed.locations) store.locations.set({ ...row, ...dated(created_at) })
  for (const { created_at, ...row } of seed.nodes) {
    store.nodes.set({
      ...row,
      uuid: row.uuid ?? randomUUID(),
      daemon_token_id: row.daemon_token_id ?? randomBytes(8).toString('hex'),
      daemon_token: row.daemon_token ?? randomBytes(32).toString('hex'),
      ...dated(created_at),
    })
  }
  let allocation = 0
  for (const block of seed.allocations) {
    for (const port of block.ports.flatMap(portsOf)) {
      allocation += 1
      store.allocations.set({
        id: allocation,
        node_id: block.node,
        ip: block.ip,
        alias: block.alias,
        port,
        notes: null,
        server_id: null,
      })
    }
  }
  for (const { created_at, ...row } of seed.nests) store.nests.set({ ...row, uuid: row.uuid ?? randomUUID(), ...dated(created_at) })
  let variable = 0
  for (const { created_at, nest, variables, ...row } of seed.eggs) {
    store.eggs.set({
      ...row,
      uuid: row.uuid ?? randomUUID(),
      nest_id: nest,
      ...dated(created_at),
      variables: variables.map(({ created_at: at, ...each }) => {
        variable = Math.max(variable + 1, each.id ?? 0)
        return { ...each, id: each.id ?? variable, egg_id: row.id, ...dated(at ?? created_at) }
      }),
    })
  }
  const admin = seed.users.find((user) => user.root_admin)?.id ?? 1
  const keys = seed.keys ?? [
    { token: APPLICATION_KEY, type: 'application' as const, user: admin, allowed_ips: [] },
    { token: CLIENT_KEY, type: 'client' as const, user: admin, allowed_ips: [] },
  ]
  keys.forEach((key, at) => {
    const { user, permissions, ...row } = key
    store.keys.set({ ...row, id: at + 1, user_id: user, permissions: permissions ?? null })
  })
}

function portsOf(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}
