import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { LogLevel, LogLineView } from '../contract.ts'

export interface LogSearch {
  orderId?: string | undefined
  /** Lines about the customer, or about an order of the customer's. */
  userId?: string | undefined
  fn?: string | undefined
  level?: LogLevel | undefined
  requestId?: string | undefined
  text?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  after?: Place | undefined
}
/** Where a page ends: the last line that was looked at. */
export interface Place {
  at: Date
  id: number
}

/** A text is looked for in so many lines at a time, newest first: any search ends soon, and says how far it came. */
export const TEXT_LINES_MAX = 20_000
const OWN_ORDERS_MAX = 100

/** Newest first. */
export async function findLines(q: Queries, search: LogSearch, limit: number): Promise<LogLineView[]> {
  const candidates = linesOf(search, search.text ? TEXT_LINES_MAX : limit)
  const matching = search.text ? sql`where ${containing(search.text)}` : sql``
  const { rows } = await sql<Row>`select l.*, u.email as customer_email
    from (select * from (${candidates}) as l ${matching} order by at desc, id desc limit ${limit}) as l
    left join auth."user" u on u.id = l.user_id order by l.at desc, l.id desc`.execute(q)
  return rows.map(toView)
}

/** The last line that a search for a text looks at in one go; null: it sees all there are. */
export async function endOfLook(q: Queries, search: LogSearch): Promise<Place | null> {
  const { rows } = await sql<Place>`select at, id from (${linesOf(search, TEXT_LINES_MAX)}) as l
    order by at desc, id desc offset ${TEXT_LINES_MAX - 1} limit 1`.execute(q)
  return rows[0] ?? null
}

/** A customer's lines are gathered from an index each: those that name the customer, and those of each order. */
function linesOf(search: LogSearch, limit: number): RawBuilder<unknown> {
  const { userId } = search
  if (userId === undefined) return newest(search, sql`true`, limit)
  const own = sql`select id from orders where user_id = ${userId} order by created_at desc limit ${OWN_ORDERS_MAX}`
  return sql`select * from (
      (${newest(search, sql`user_id = ${userId}`, limit)})
      union all
      (select l.* from (${own}) as o cross join lateral (
        ${newest(search, sql`order_id = o.id and user_id is distinct from ${userId}`, limit)}) as l)
    ) as l order by at desc, id desc limit ${limit}`
}

const COLUMNS = sql.raw('id, at, level, fn, message, order_id, user_id, request_id, process, facts')

function newest({ orderId, fn, level, requestId, since, until, after }: LogSearch, narrowed: RawBuilder<unknown>, limit: number) {
  const conditions = [
    narrowed,
    ...(orderId ? [sql`order_id = ${orderId}`] : []),
    ...(fn ? [sql`fn = ${fn}`] : []),
    // Spelt out, so that the index of loud lines is known to fit.
    ...(level ? [sql`level >= ${sql.lit(level)}`] : []),
    ...(requestId ? [sql`request_id = ${requestId}`] : []),
    ...(since ? [sql`at >= ${since}`] : []),
    ...(until ? [sql`at < ${until}`] : []),
    // The first half says which partitions; the second is exact.
    ...(after ? [sql`at <= ${after.at} and (at, id) < (${after.at}, ${after.id})`] : []),
  ]
  return sql`select ${COLUMNS} from logs where ${sql.join(conditions, sql` and `)} order by at desc, id desc limit ${limit}`
}

function containing(text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return sql`(message ilike ${pattern} or facts::text ilike ${pattern})`
}

interface Row {
  id: number
  at: Date
  level: LogLevel
  fn: string
  message: string
  order_id: string | null
  user_id: string | null
  customer_email: string | null
  request_id: string | null
  process: string
  facts: Record<string, unknown>
}

const toView = (row: Row): LogLineView => ({
  id: row.id,
  at: row.at.toISOString(),
  level: row.level,
  fn: row.fn,
  message: row.message,
  orderId: row.order_id,
  userId: row.user_id,
  customerEmail: row.customer_email,
  requestId: row.request_id,
  process: row.process,
  facts: row.facts,
})
