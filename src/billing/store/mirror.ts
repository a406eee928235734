import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { Payment, Refund, Subscription } from '../../outside/stripe/types.ts'

/** Our copies of what Stripe said last. An answer older than the row it meets writes nothing. */
export async function saveSubscription(q: Queries, orderId: string, subscription: Subscription, at: Date): Promise<void> {
  const seen = {
    status: subscription.status,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    current_period_end: subscription.currentPeriodEnd,
    ended_at: subscription.endedAt,
    synced_at: at,
  }
  await q
    .insertInto('subscriptions')
    .values({ id: subscription.id, order_id: orderId, customer_id: subscription.customerId, ...seen })
    .onConflict((on) => on.column('id').doUpdateSet(seen).where('subscriptions.synced_at', '<=', at))
    .execute()
}

export async function savePayment(q: Queries, orderId: string, payment: Payment, at: Date): Promise<void> {
  const seen = { amount_cents: payment.amountCents, refunded_cents: payment.refundedCents, synced_at: at }
  await q
    .insertInto('payments')
    .values({
      id: payment.paymentIntentId,
      order_id: orderId,
      invoice_id: payment.invoiceId,
      currency: payment.currency,
      paid_at: payment.paidAt,
      ...seen,
    })
    .onConflict((on) => on.column('id').doUpdateSet(seen).where('payments.synced_at', '<=', at))
    .execute()
}

export async function saveRefund(q: Queries, orderId: string, refund: Refund, reason: string | null, at: Date): Promise<void> {
  await q
    .insertInto('refunds')
    .values({
      id: refund.id,
      order_id: orderId,
      payment_id: refund.paymentIntentId,
      amount_cents: refund.amountCents,
      status: refund.status,
      reason,
      created_at: refund.createdAt,
      synced_at: at,
    })
    .onConflict((on) => on.column('id').doUpdateSet({ status: refund.status, synced_at: at }).where('refunds.synced_at', '<=', at))
    .execute()
}

export interface MirroredSubscription {
  id: string
  orderId: string
  status: string
  cancelAtPeriodEnd: boolean
  currentPeriodEnd: Date | null
  endedAt: Date | null
}
export async function subscriptionOf(q: Queries, id: string): Promise<MirroredSubscription | null> {
  const row = await q.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
  return row
    ? {
        id: row.id,
        orderId: row.order_id,
        status: row.status,
        cancelAtPeriodEnd: row.cancel_at_period_end,
        currentPeriodEnd: row.current_period_end,
        endedAt: row.ended_at,
      }
    : null
}

export interface MirroredPayment {
  id: string
  orderId: string
  amountCents: number
  refundedCents: number
  currency: string
}
export async function paymentById(q: Queries, id: string): Promise<MirroredPayment | null> {
  const row = await q.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()
  return row
    ? { id: row.id, orderId: row.order_id, amountCents: row.amount_cents, refundedCents: row.refunded_cents, currency: row.currency }
    : null
}

/** Their plan was changed, the panel has followed and Stripe has not: for the sweep. */
export async function ordersToPrice(q: Queries, limit: number): Promise<string[]> {
  // Worded as the index orders_to_price is, or it is not used.
  const { rows } = await sql<{ id: string }>`
    select id from orders
    where plan_change ->> 'resized_at' is not null and plan_change ->> 'priced_at' is null and status <> 'canceled'
    order by id limit ${limit}`.execute(q)
  return rows.map((row) => row.id)
}

/** To end with their period, or no longer, and Stripe does not say so yet: for the sweep. */
export async function ordersToEnd(q: Queries, limit: number): Promise<string[]> {
  // Worded as the index orders_to_end is, or it is not used.
  const { rows } = await sql<{ id: string }>`
    select id from orders
    where ending ->> 'asked_at' is not null and ending ->> 'set_at' is null and status <> 'canceled'
    order by id limit ${limit}`.execute(q)
  return rows.map((row) => row.id)
}

/** Canceled since then, and their money not settled: for the sweep, the newest first. */
export async function ordersOwing(q: Queries, since: Date, limit: number): Promise<string[]> {
  const rows = await q
    .selectFrom('orders')
    .select('id')
    .where('status', '=', 'canceled')
    .where('money_settled_at', 'is', null)
    .where('canceled_at', '>=', since)
    .orderBy('canceled_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Whether the customer had another order of the same game between then and this one. */
export async function boughtSameGameSince(q: Queries, order: { id: string; userId: string; planId: string; createdAt: Date }, since: Date) {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from orders o join plans p on p.id = o.plan_id join recipes r on r.id = p.recipe_id
      where o.user_id = ${order.userId} and o.id <> ${order.id} and o.created_at >= ${since} and o.created_at <= ${order.createdAt}
        and r.game_id = (select r2.game_id from plans p2 join recipes r2 on r2.id = p2.recipe_id where p2.id = ${order.planId})
    ) as found`.execute(q)
  return rows[0]?.found ?? false
}
