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

export async function subscriptionOf(q: Queries, id: string): Promise<{ orderId: string; status: string; endedAt: Date | null } | null> {
  const row = await q.selectFrom('subscriptions').select(['order_id', 'status', 'ended_at']).where('id', '=', id).executeTakeFirst()
  return row ? { orderId: row.order_id, status: row.status, endedAt: row.ended_at } : null
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

/** How many refunds of this payment were asked for before: part of the idempotency key of the next. */
export async function refundCount(q: Queries, paymentId: string): Promise<number> {
  const row = await q
    .selectFrom('refunds')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('payment_id', '=', paymentId)
    .executeTakeFirstOrThrow()
  return row.n
}

/** Whether money came in for the order and all of it is on its way back. */
export async function isRefunded(q: Queries, orderId: string): Promise<boolean> {
  const rows = await q.selectFrom('payments').select(['amount_cents', 'refunded_cents']).where('order_id', '=', orderId).execute()
  return rows.length > 0 && rows.every((row) => row.refunded_cents >= row.amount_cents)
}

/**
 * Canceled orders whose subscription is not known to be over, or whose refund is wanted and not complete: for the sweep.
 * The newest first; `since` bounds how far back it looks.
 */
export async function ordersOwing(q: Queries, since: Date, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }>`
    select o.id from orders o left join subscriptions s on s.id = o.stripe_subscription_id
    where o.status = 'canceled' and o.canceled_at >= ${since} and o.stripe_subscription_id is not null
      and (s.ended_at is null
        or o.refund_wanted is not null and o.amount_cents > 0 and (
          not exists (select from payments p where p.order_id = o.id)
          or exists (select from payments p where p.order_id = o.id and p.refunded_cents < p.amount_cents)))
    order by o.canceled_at desc limit ${limit}`.execute(q)
  return rows.rows.map((row) => row.id)
}
