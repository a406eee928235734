import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import { DAY, later } from '../../kit/time.ts'

/** Where a walk over all rows goes on; null: it begins anew. */
interface Walked<T> {
  found: T[]
  next: string | null
}
const HOLDS_LOOKED_AT = 500
const ACCOUNTS_LOOKED_AT = 100

/**
 * Reservations that nobody can come for: no checkout that may still be paid, no order, or one that is over and has no server.
 * `over`: Stripe said that nobody can pay it any more, or its order is canceled; without a checkout nobody knows.
 * Looks at the next few hundred in the order of their ids, since a large shop's are not read all at once.
 */
export async function leakedHolds(
  q: Queries,
  ask: { after: string | null; before: Date; limit: number },
): Promise<Walked<{ id: string; over: boolean }>> {
  const looked = await q
    .selectFrom('reservations')
    .select('id')
    .$if(ask.after !== null, (rest) => rest.where('id', '>', ask.after))
    .orderBy('id')
    .limit(HOLDS_LOOKED_AT)
    .execute()
  const ids = looked.map((row) => row.id)
  const { rows: found } = await sql<{ id: string; over: boolean }>`
    select r.id, o.id is not null or exists (select from checkouts x where x.id = r.id and x.state = 'expired') as over
    from reservations r
    left join checkouts c on c.id = r.id and c.state in ('opening', 'open', 'paying')
    left join orders o on o.id = r.id
    where r.id = any(${ids}::uuid[]) and r.created_at < ${ask.before} and c.id is null
      and (o.id is null or (o.status = 'canceled' and coalesce(o.pterodactyl_server_id, '') = '' and o.next_check_at is null))
    order by r.id limit ${ask.limit}`.execute(q)
  const end = ids.length < HOLDS_LOOKED_AT ? null : (ids.at(-1) ?? null)
  return { found, next: found.length < ask.limit ? end : (found.at(-1)?.id ?? null) }
}

/** Paid orders without their server that nothing will look at any more. */
export async function forgottenOrders(q: Queries, limit: number): Promise<string[]> {
  const rows = await q
    .selectFrom('orders')
    .select('id')
    .where('delivered_at', 'is', null)
    .where('status', 'in', ['paid', 'provisioning', 'installing'])
    .where('next_check_at', 'is', null)
    .orderBy('created_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/**
 * Customers with a panel account and without a delivered server (the panel deletes no user who has one), in the order of their
 * ids, of the next hundred.
 */
export async function accountsWithoutServer(
  q: Queries,
  ask: { after: string | null; limit: number },
): Promise<Walked<{ userId: string; panelUserId: number }>> {
  const { rows } = await sql<{ user_id: string; panel_user_id: number; has_server: boolean }>`
    select e.user_id, e.pterodactyl_user_id as panel_user_id, coalesce(one.has, false) as has_server
    from external_accounts e left join lateral (
      select true as has from orders o where o.user_id = e.user_id and o.delivered_at is not null and o.status in ('provisioned', 'active') limit 1
    ) as one on true
    where e.user_id > coalesce(${ask.after}::uuid, '00000000-0000-0000-0000-000000000000')
    order by e.user_id limit ${ACCOUNTS_LOOKED_AT}`.execute(q)
  const without = rows.filter((row) => !row.has_server)
  const found = without.slice(0, ask.limit).map((row) => ({ userId: row.user_id, panelUserId: row.panel_user_id }))
  const end = rows.length < ACCOUNTS_LOOKED_AT ? null : (rows.at(-1)?.user_id ?? null)
  return { found, next: without.length > ask.limit ? (found.at(-1)?.userId ?? null) : end }
}

/** Delivered since then with this remark of the watch on their timeline, which is not older than a day more, not known to have run; whether it was asked about already. */
export async function doubtfulInstalls(
  q: Queries,
  ask: { since: Date; remark: string; kind: string; limit: number },
): Promise<{ orderId: string; identifier: string; open: boolean }[]> {
  const { rows } = await sql<{ order_id: string; identifier: string; open: boolean }>`
    select o.id as order_id, o.pterodactyl_server_identifier as identifier, coalesce(f.status = 'open', false) as open
    from orders o left join findings f on f.kind = ${ask.kind} and f.subject_type = 'order' and f.subject_id = o.id::text
    where o.delivered_at >= ${ask.since} and o.first_running_at is null and o.status in ('provisioned', 'active')
      and o.pterodactyl_server_identifier <> '' and (f.status is null or f.status = 'open')
      and o.id in (
        select e.order_id from order_events e where e.kind = 'note' and e.title = ${ask.remark} and e.at >= ${later(ask.since, -DAY)})
    order by o.delivered_at limit ${ask.limit}`.execute(q)
  return rows.map((row) => ({ orderId: row.order_id, identifier: row.identifier, open: row.open }))
}

/** Delivered orders with a port that the panel no longer has. */
export async function lostAllocations(q: Queries, limit: number): Promise<{ orderId: string; ports: string[] }[]> {
  const { rows } = await sql<{ order_id: string; ports: string[] }>`
    select a.reservation_id as order_id, array_agg(a.ip || ':' || a.port order by a.port) as ports
    from node_allocations a join orders o on o.id = a.reservation_id
    where a.gone_at is not null and o.status not in ('canceled')
    group by a.reservation_id limit ${limit}`.execute(q)
  return rows.map((row) => ({ orderId: row.order_id, ports: row.ports }))
}

/** Orders of one customer that stopped for this failure. */
export async function ordersInError(q: Queries, ask: { userId: string; code: string }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from orders where user_id = ${ask.userId} and status = 'error' and failure ->> 'code' = ${ask.code} order by created_at`.execute(
    q,
  )
  return rows.map((row) => row.id)
}

/** Undelivered orders that wait for the panel to take our key, the oldest first. */
export async function ordersWaitingForKey(q: Queries, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from orders where delivered_at is null and status in ('paid', 'provisioning', 'installing')
      and failure ->> 'code' = 'servers.panel_key_refused' order by created_at limit ${limit}`.execute(q)
  return rows.map((row) => row.id)
}

/** As a key, so that one row is looked up and not all are compared. A subject that is no id has none. */
const SUBJECT = sql`case when f.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then f.subject_id::uuid end`

/** Of these open findings, those whose matter our own rows show to be settled. */
export async function settledByRows(q: Queries, limit: number): Promise<{ kind: string; type: string; id: string; reason: string }[]> {
  const { rows } = await sql<{ kind: string; type: string; id: string; reason: string }>`
    select f.kind, f.subject_type as type, f.subject_id as id,
      case f.kind when 'servers.hold_leaked' then 'It is given back, or somebody wants it.'
        when 'servers.allocation_gone' then 'The panel has all its ports.'
        else 'Put back, and its order was looked at since.' end as reason
    from findings f
    where f.status = 'open' and (
      f.kind = 'servers.hold_leaked' and (
        not exists (select from reservations r where r.id = ${SUBJECT})
        or exists (select from checkouts c where c.id = ${SUBJECT} and c.state in ('opening', 'open', 'paying'))
        or exists (select from orders o where o.id = ${SUBJECT} and o.status <> 'canceled'))
      or f.kind = 'servers.allocation_gone' and not exists (
        select from node_allocations a where a.reservation_id = ${SUBJECT} and a.gone_at is not null)
      or f.kind = 'orders.status_changed_by_hand' and exists (
        select from orders o where o.id = ${SUBJECT} and o.changed_by_hand is null
          and (o.next_check_at is null or o.next_check_at > f.last_seen_at)))
    limit ${limit}`.execute(q)
  return rows
}
