import type { ExternalAccount } from '../../src/accounts/store/panel-users.ts'
import type { Queries, Tx } from '../../src/db/index.ts'
import type { Checkout, Order } from '../../src/orders/order.ts'
import type { Observation } from '../../src/servers/store/seen.ts'
import type { ServerState } from '../../src/servers/store/states.ts'

/** The rows that a reconciler reads and writes, in the words of their stores. A row is replaced, never changed in place. */
export interface Tables {
  orders: Map<string, Order>
  checkouts: Map<string, Checkout>
  states: Map<string, ServerState & { watchedFrom: Date | null }>
  seen: Map<string, Observation>
  nodes: Map<number, NodeRow>
  reservations: Map<string, ReservationRow>
  allocations: Map<number, AllocationRow>
  accounts: Map<string, ExternalAccount>
  userAttempts: Map<string, { username: string; startedAt: Date }>
  findings: Map<string, { kind: string; subject: string; summary: string; remedy: string }>
  health: Map<'panel', { refusedSince: Date | null; unreachableSince: Date | null }>
}
export interface NodeRow {
  id: number
  name: string
  enabled: boolean
  maxRamMb: number
}
export interface ReservationRow {
  id: string
  nodeId: number
  regionId: string
  ramMb: number
  diskMb: number
  portNames: string[]
  state: 'held' | 'committed'
  createdAt: Date
  committedAt: Date | null
}
export interface AllocationRow {
  id: number
  nodeId: number
  port: number
  assigned: boolean
  reservationId: string | null
  portName: string | null
}

const newTables = (): Tables => ({
  orders: new Map(),
  checkouts: new Map(),
  states: new Map(),
  seen: new Map(),
  nodes: new Map(),
  reservations: new Map(),
  allocations: new Map(),
  accounts: new Map(),
  userAttempts: new Map(),
  findings: new Map(),
  health: new Map([['panel', { refusedSince: null, unreachableSince: null }]]),
})

/** What stands behind a `Queries` or `Tx` of the model. */
export interface Connection {
  tables: Tables
  inTx: boolean
  /** Rules that a mutation breaks. */
  broken: Broken
  watch: Watch
  /** Somebody else may go on here, or this process end. */
  pause(where: string): Promise<void>
  /** For the one maker of panel users; resolves to false when its turn did not come in time. */
  takeTurn(): Promise<boolean>
  endTurn(): void
  /** The version of `server_states` that this run wrote last. */
  wrote: { state: number }
}

/** Rules left out on purpose, to see that it is noticed. */
export interface Broken {
  adoptsUnverified?: boolean
  actsWithoutIntent?: boolean
  adoptsAtFirstSight?: boolean
  takesTroubleForAbsence?: boolean
  releasesByClock?: boolean
  retriesWithoutLook?: boolean
  ignoresVersions?: boolean
  recreatesDelivered?: boolean
  forgetsNextLook?: boolean
  forgetsRefund?: boolean
  shrinksAtOnce?: boolean
  growsWithoutRoom?: boolean
  confirmsUnseen?: boolean
}

/** Told by the stores what was written, so that it is judged at that very moment. */
export interface Watch {
  wroteOrder(before: Order, after: Order): void
  released(reservation: ReservationRow): void
}

export const of = (q: Queries | Tx): Connection => q as unknown as Connection

/** The database of one history. Transactions are whole: they happen between two points of the schedule, or not at all. */
export function createDatabase(shared: Pick<Connection, 'broken' | 'watch'>) {
  let tables = newTables()
  const connect = (own: Pick<Connection, 'pause' | 'takeTurn' | 'endTurn'>) => {
    const wrote = { state: 0 }
    const connection: Connection = {
      ...shared,
      ...own,
      wrote,
      inTx: false,
      get tables() {
        return tables
      },
    }
    const inside: Connection = { ...shared, ...own, wrote, inTx: true, tables }
    return {
      q: connection as unknown as Queries,
      wrote,
      together: <T>(body: (q: Queries) => Promise<T>): Promise<T> => body(connection as unknown as Queries),
      async tx<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
        await own.pause('begin')
        const before = tables
        tables = copyOf(before)
        inside.tables = tables
        let result: T
        try {
          result = await body(inside as unknown as Tx)
        } catch (error) {
          tables = before
          throw error
        }
        await own.pause('committed')
        return result
      },
    }
  }
  return {
    connect,
    get tables() {
      return tables
    },
  }
}
export type Database = ReturnType<typeof createDatabase>

const copyOf = (tables: Tables): Tables =>
  Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, new Map(rows as Map<unknown, unknown>)])) as unknown as Tables

/** As allOrNothing of the reservations' store: what was written until a throw is taken back. */
export async function savepoint<T>(connection: Connection, act: () => Promise<T>): Promise<T> {
  const before = copyOf(connection.tables)
  try {
    return await act()
  } catch (error) {
    for (const [name, rows] of Object.entries(before)) {
      const table = connection.tables[name as keyof Tables] as Map<unknown, unknown>
      table.clear()
      for (const [key, row] of rows as Map<unknown, unknown>) table.set(key, row)
    }
    throw error
  }
}
