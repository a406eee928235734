import { Socket } from 'node:net'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { PlanKeepingClient } from './kept-plans.ts'
import type { Tables } from './tables.ts'

/** Reads and writes of stores; both the pool and a transaction will do. */
export type Queries = Kysely<Tables>
/** A transaction: READ COMMITTED. Wake-ups registered on it go out as its last statements. */
export type Tx = Transaction<Tables>

export interface Wake {
  topic: string
  key: string
}
/** Sends a transaction's wake-ups, inside it, as its last statements. The loop provides it. */
export type SendWakes = (tx: Tx, wakes: Wake[]) => Promise<void>

export interface Db {
  /** For reads and single statements outside a transaction. */
  q: Queries
  pool: pg.Pool
  /**
   * For reads that are made together: one after the other on one connection that is warm, where each by itself would take, and
   * often open, one of its own. No transaction.
   */
  together<T>(body: (q: Queries) => Promise<T>): Promise<T>
  /** Runs `body` in one transaction. What it registers with `wake` is sent last, sorted, each key once. */
  tx<T>(body: (tx: Tx) => Promise<T>): Promise<T>
  /** Called once by the process that has a loop; without one (tests of a store) wake-ups are dropped. */
  onWake(send: SendWakes): void
  close(): Promise<void>
}

/**
 * How our own sessions mark themselves; the trigger that notices changes by hand looks for it. And what a row read out of order
 * costs, where tables lie in memory or on solid disks: as much as one in order. By PostgreSQL's own guess, which is of turning
 * disks, a hundred rows by their keys are dearer than a whole table.
 */
const OUR_SESSION = '-c givrwrld.session=app -c random_page_cost=1.1'

/**
 * A connection on which nothing comes for so long is given up: longer than a lock is held by who is frozen (10 s, below). The
 * driver's own time-out of a query leaves the connection as it is, and the pool hands it to the next one, who waits in vain again.
 */
const SILENT_MS = 15_000
function attentive(silentMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silentMs, () => socket.destroy(new Error('Connection terminated: the database fell silent')))
  return socket
}

const waiting = new WeakMap<object, Wake[]>()

/** Registers a wake-up of `key` on `topic`, sent when the transaction commits. Only a hint: the sweep finds what it misses. */
export async function wake(tx: Tx, topic: string, key: string): Promise<void> {
  const list = waiting.get(tx)
  if (!list) throw new Error('wake() needs a transaction opened by db.tx')
  list.push({ topic, key })
}

/** Each once, in one order for all: two transactions that wake the same keys in opposite order would deadlock. */
export const inOneOrder = (wakes: Wake[]): Wake[] =>
  [...new Map(wakes.map((one) => [`${one.topic}\n${one.key}`, one])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)

// bigint columns are counts and identities far below 2^53 here: numbers, not strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)

/**
 * @param url postgres:// address
 * @param options `max` connections (20), `name` shown in pg_stat_activity, `silentMs` see SILENT_MS
 */
export function openDb(url: string, options: { max?: number; name?: string; silentMs?: number } = {}): Db {
  const { silentMs = SILENT_MS } = options
  const pool = new pg.Pool({
    Client: PlanKeepingClient,
    connectionString: url,
    max: options.max ?? 20,
    application_name: options.name ?? 'givrwrld',
    options: OUR_SESSION,
    keepAlive: true,
    query_timeout: 2 * silentMs,
    stream: () => attentive(silentMs),
    // A process that is frozen, or cut off without a word, must not keep its locks for longer.
    idle_in_transaction_session_timeout: 10_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: silentMs / 2,
  })
  // An idle connection that PostgreSQL drops is replaced by the pool; without a listener Node would end the process.
  pool.on('error', () => undefined)
  // The same for one that is in use: its query fails, which is enough.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const q = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  let send: SendWakes = async () => undefined
  return {
    q,
    pool,
    together: (body) => q.connection().execute(body),
    tx: (body) =>
      q.transaction().execute(async (tx) => {
        waiting.set(tx, [])
        const result = await body(tx)
        const wakes = inOneOrder(waiting.get(tx) ?? [])
        if (wakes.length > 0) await send(tx, wakes)
        return result
      }),
    onWake: (next) => {
      send = next
    },
    close: () => q.destroy(),
  }
}
