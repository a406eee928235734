import { type Insertable, type Selectable, type SqlBool, sql, type Updateable } from 'kysely'
import { type Queries, type Tables, type Tx, wake } from '../../db/index.ts'
import type { Place } from '../../kit/cursor.ts'
import type { StoredFailure } from '../../kit/failure.ts'
import type { Order, OrderChange } from '../order.ts'
import { readEnding, readPlanChange, writeEnding, writePlanChange } from './stored.ts'
import type { NewEvent } from './timeline.ts'

type Row = Selectable<Tables['orders']>

export const toOrder = (row: Row): Order => ({
  id: row.id,
  userId: row.user_id,
  planId: row.plan_id,
  term: row.term,
  regionId: row.region_id,
  serverName: row.server_name,
  status: row.status,
  nodeId: row.node_id,
  // The runbook treats '' as "no server"; inside there is one word for it.
  pterodactylServerId: row.pterodactyl_server_id || null,
  pterodactylServerIdentifier: row.pterodactyl_server_identifier || null,
  amountCents: row.amount_cents,
  currency: row.currency,
  stripeSessionId: row.stripe_session_id,
  stripeSubscriptionId: row.stripe_subscription_id,
  stripeCustomerId: row.stripe_customer_id,
  eulaAcceptedAt: row.eula_accepted_at,
  suspendedAt: row.suspended_at,
  suspendedReason: row.suspended_reason,
  failure: row.failure,
  failureCount: row.failure_count,
  nextCheckAt: row.next_check_at,
  refundWanted: row.refund_wanted,
  deleteWantedAt: row.delete_wanted_at,
  firstRunningAt: row.first_running_at,
  deliveredAt: row.delivered_at,
  canceledAt: row.canceled_at,
  moneySettledAt: row.money_settled_at,
  changedByHand: row.changed_by_hand,
  ending: row.ending && readEnding(row.ending),
  planChange: row.plan_change && readPlanChange(row.plan_change),
  version: row.version,
  createdAt: row.created_at,
  recordedAt: row.recorded_at,
  updatedAt: row.updated_at,
})

const jsonOrNull = (value: StoredFailure | null | undefined): string | null | undefined =>
  value ? JSON.stringify(value) : (value as null | undefined)

const toUpdate = (change: OrderChange & { changedByHand?: null }): Updateable<Tables['orders']> => ({
  status: change.status,
  plan_id: change.planId,
  ending: change.ending ? writeEnding(change.ending) : (change.ending as null | undefined),
  plan_change: change.planChange ? writePlanChange(change.planChange) : undefined,
  amount_cents: change.amountCents,
  server_name: change.serverName,
  node_id: change.nodeId,
  pterodactyl_server_id: change.pterodactylServerId,
  pterodactyl_server_identifier: change.pterodactylServerIdentifier,
  stripe_subscription_id: change.stripeSubscriptionId,
  stripe_customer_id: change.stripeCustomerId,
  suspended_at: change.suspendedAt,
  suspended_reason: change.suspendedReason,
  failure: jsonOrNull(change.failure),
  failure_count: change.failureCount,
  next_check_at: change.nextCheckAt,
  refund_wanted: change.refundWanted,
  delete_wanted_at: change.deleteWantedAt,
  first_running_at: change.firstRunningAt,
  delivered_at: change.deliveredAt,
  canceled_at: change.canceledAt,
  money_settled_at: change.moneySettledAt,
  changed_by_hand: change.changedByHand,
})

export async function orderById(q: Queries, id: string): Promise<Order | null> {
  const row = await q.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toOrder(row) : null
}

/** The row locked until the transaction ends; rows that refer to it may still be written by others. */
export async function orderLocked(tx: Tx, id: string): Promise<Order | null> {
  const row = await tx.selectFrom('orders').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row ? toOrder(row) : null
}

/** Newest first, by keyset. */
export async function ordersOfUser(q: Queries, userId: string, page: { after: Place | null; limit: number }): Promise<Order[]> {
  let rows = q.selectFrom('orders').selectAll().where('user_id', '=', userId)
  if (page.after) rows = rows.where(sql<SqlBool>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`)
  return (await rows.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute()).map(toOrder)
}

export interface NewOrder {
  id: string
  userId: string
  planId: string
  term: Order['term']
  regionId: string
  serverName: string
  status: 'paid' | 'error'
  nodeId: number | null
  amountCents: number
  currency: string
  stripeSessionId: string
  stripeSubscriptionId: string | null
  stripeCustomerId: string | null
  eulaAcceptedAt: Date | null
  failure: StoredFailure | null
  nextCheckAt: Date | null
  createdAt: Date
  recordedAt: Date
}

export async function insertOrder(tx: Tx, order: NewOrder): Promise<void> {
  const row: Insertable<Tables['orders']> = {
    id: order.id,
    user_id: order.userId,
    plan_id: order.planId,
    term: order.term,
    region_id: order.regionId,
    server_name: order.serverName,
    status: order.status,
    node_id: order.nodeId,
    amount_cents: order.amountCents,
    currency: order.currency,
    stripe_session_id: order.stripeSessionId,
    stripe_subscription_id: order.stripeSubscriptionId,
    stripe_customer_id: order.stripeCustomerId,
    eula_accepted_at: order.eulaAcceptedAt,
    failure: jsonOrNull(order.failure),
    failure_count: order.failure ? 1 : 0,
    next_check_at: order.nextCheckAt,
    created_at: order.createdAt,
    recorded_at: order.recordedAt,
    updated_at: order.recordedAt,
  }
  await tx.insertInto('orders').values(row).execute()
}

/** Writes under the version that the caller read, and the line of the timeline with it; null, and no line: somebody was faster. */
export async function updateOrder(
  tx: Tx,
  before: Order,
  change: OrderChange & { changedByHand?: null },
  { updatedAt, event }: { updatedAt: Date | undefined; event: NewEvent | null },
): Promise<Order | null> {
  const changed = (q: Pick<Queries, 'updateTable'>) =>
    q
      .updateTable('orders')
      .set({ ...toUpdate(change), version: before.version + 1, updated_at: updatedAt })
      .where('id', '=', before.id)
      .where('version', '=', before.version)
      .returningAll()
  if (!event) {
    const row = await changed(tx).executeTakeFirst()
    return row ? toOrder(row) : null
  }
  const { at, kind, title, details } = event
  const row = await tx
    .with('changed', changed)
    .with('told', (q) =>
      q
        .insertInto('order_events')
        .columns(['order_id', 'at', 'kind', 'title', 'details'])
        .expression((e) =>
          e
            .selectFrom('changed')
            .select((one) => [
              'changed.id',
              one.cast<Date>(one.val(at), 'timestamptz').as('at'),
              one.val(kind).as('kind'),
              one.val(title).as('title'),
              one.cast<string>(one.val(JSON.stringify(details)), 'jsonb').as('details'),
            ]),
        ),
    )
    .selectFrom('changed')
    .selectAll()
    .executeTakeFirst()
  return row ? toOrder(row) : null
}

/** Ids of orders whose `next_check_at` has come, the longest waiting first. */
export async function dueOrders(q: Queries, now: Date, limit: number): Promise<string[]> {
  const rows = await q.selectFrom('orders').select('id').where('next_check_at', '<=', now).orderBy('next_check_at').limit(limit).execute()
  return rows.map((row) => row.id)
}

/** Paid orders of a region that wait for room, the oldest first, after the place given. */
export async function ordersWaitingForCapacity(
  q: Queries,
  ask: { regionId: string; after: { id: string; createdAt: Date } | null; limit: number },
): Promise<{ id: string; createdAt: Date }[]> {
  const { regionId, after, limit } = ask
  return q
    .selectFrom('orders')
    .select(['id', 'created_at as createdAt'])
    .where('status', '=', 'paid')
    .where('region_id', '=', regionId)
    .where((where) => where(where.ref('failure', '->>').key('code'), '=', 'fleet.no_capacity'))
    .$if(after !== null, (rest) =>
      rest.where((e) =>
        e.or([
          e('created_at', '>', after?.createdAt ?? null),
          e.and([e('created_at', '=', after?.createdAt ?? null), e('id', '>', after?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export const wakeOrder = (tx: Tx, orderId: string) => wake(tx, 'orders.changed', orderId)
