import { type Selectable, type SqlBool, sql } from 'kysely'
import type { Queries, Tables } from '../../db/index.ts'
import type { Place } from '../../kit/cursor.ts'
import { isUuid } from '../../kit/ids.ts'
import type { OrderStatus } from '../contract.ts'
import type { Order } from '../order.ts'
import { toOrder } from './orders.ts'

/** An order with the names an operator reads beside it. */
export interface OpsRow {
  order: Order
  customerEmail: string
  node: string | null
}
export interface OpsSearch {
  filter: 'all' | 'stuck' | 'error' | 'unprovisioned'
  status?: OrderStatus
  q?: string
  /** Paid before this instant and still `paid`: stuck. */
  stuckBefore: Date
  after: Place | null
  limit: number
}

const select = (q: Queries) =>
  q
    .selectFrom('orders as o')
    .leftJoin('auth.user as u', 'u.id', 'o.user_id')
    .leftJoin('ptero_nodes as n', 'n.id', 'o.node_id')
    .selectAll('o')
    .select(['u.email as customer_email', 'n.name as node_name'])

const toRow = (row: Selectable<Tables['orders']> & { customer_email: string | null; node_name: string | null }): OpsRow => ({
  order: toOrder(row),
  customerEmail: row.customer_email ?? '',
  node: row.node_name,
})

/** Newest first, by keyset: a page costs the same wherever it is. */
export async function searchOrders(q: Queries, search: OpsSearch): Promise<OpsRow[]> {
  let rows = select(q).orderBy('o.created_at', 'desc').orderBy('o.id', 'desc').limit(search.limit)
  if (search.filter === 'stuck') rows = rows.where('o.status', '=', 'paid').where('o.created_at', '<', search.stuckBefore)
  if (search.filter === 'error') rows = rows.where('o.status', '=', 'error')
  if (search.filter === 'unprovisioned') rows = rows.where(UNPROVISIONED)
  if (search.status) rows = rows.where('o.status', '=', search.status)
  if (search.q) rows = rows.where(matching(search.q))
  if (search.after) rows = rows.where(sql<SqlBool>`(o.created_at, o.id) < (${search.after.at}, ${search.after.id}::uuid)`)
  return (await rows.execute()).map(toRow)
}

/** Worded as the index orders_unprovisioned is, or it is not used. */
const UNPROVISIONED = sql<SqlBool>`o.status in ('paid', 'error') and (o.pterodactyl_server_id is null or o.pterodactyl_server_id = '')`

/** An id, a customer's e-mail address, or how a server's name begins. */
function matching(text: string) {
  const asked = text.trim()
  if (isUuid(asked)) return sql<SqlBool>`o.id = ${asked}::uuid`
  const begins = `${asked.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  if (asked.includes('@')) return sql<SqlBool>`o.user_id in (select id from auth."user" where lower(email) = ${asked.toLowerCase()})`
  // A beginning that many share, all of them years ago, must not make the list of all orders be read to its end.
  return sql<SqlBool>`o.id = any(array(
    select id from orders where lower(server_name) like ${begins} order by lower(server_name) using ~<~ limit ${NAMED_MAX}))`
}
/** Of names that begin alike the first so many, in the order of the names, are looked at. */
const NAMED_MAX = 200

export async function opsRowById(q: Queries, id: string): Promise<OpsRow | null> {
  const row = await select(q).where('o.id', '=', id).executeTakeFirst()
  return row ? toRow(row) : null
}

export interface OrderCounters {
  stuck: number
  error: number
  unprovisioned: number
  /** provisioning or installing. */
  working: number
  delivered24h: number
  /** provisioned or active: they have their server. */
  live: number
}

/** Small index scans, and a kept total: none reads the orders that are long delivered. */
export async function countersForOverview(q: Queries, ask: { stuckBefore: Date; deliveredSince: Date }): Promise<OrderCounters> {
  const { rows } = await sql<OrderCounters>`select
    (select count(*) from orders where status = 'paid' and created_at < ${ask.stuckBefore}) as stuck,
    (select count(*) from orders where status = 'error') as error,
    (select count(*) from orders o where ${UNPROVISIONED}) as unprovisioned,
    (select count(*) from orders where status in ('provisioning', 'installing')) as working,
    (select count(*) from orders where delivered_at >= ${ask.deliveredSince}) as "delivered24h",
    (select coalesce(sum(orders), 0)::bigint from orders_by_status where status in ('provisioned', 'active')) as live`.execute(q)
  return rows[0]!
}
