import type { Selectable } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'

/** Money that somebody decided to give back, the n-th time for its order. */
export interface RefundWish {
  orderId: string
  n: number
  kind: 'full' | 'part'
  cents: number
  currency: string
  refundedCents: number
  askKey: string
  state: 'wanted' | 'done' | 'refused'
  reason: string
  askedBy: string
  askedAt: Date
}

const toWish = (row: Selectable<Tables['refund_wishes']>): RefundWish => ({
  orderId: row.order_id,
  n: row.n,
  kind: row.kind,
  cents: row.cents,
  currency: row.currency,
  refundedCents: row.refunded_cents,
  askKey: row.ask_key,
  state: row.state,
  reason: row.reason,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
})

/** All of an order, the oldest first. */
export async function wishesOf(q: Queries, orderId: string): Promise<RefundWish[]> {
  return (await q.selectFrom('refund_wishes').selectAll().where('order_id', '=', orderId).orderBy('n').execute()).map(toWish)
}

export async function addWish(tx: Tx, wish: Omit<RefundWish, 'refundedCents' | 'state'>): Promise<void> {
  await tx
    .insertInto('refund_wishes')
    .values({
      order_id: wish.orderId,
      n: wish.n,
      kind: wish.kind,
      cents: wish.cents,
      currency: wish.currency,
      ask_key: wish.askKey,
      reason: wish.reason,
      asked_by: wish.askedBy,
      asked_at: wish.askedAt,
    })
    .execute()
}

/** @returns false: somebody settled it before */
export async function settleWish(
  tx: Tx,
  wish: Pick<RefundWish, 'orderId' | 'n'>,
  to: { state: 'done' | 'refused'; refundedCents: number; at: Date },
): Promise<boolean> {
  const done = await tx
    .updateTable('refund_wishes')
    .set({ state: to.state, refunded_cents: to.refundedCents, settled_at: to.at })
    .where('order_id', '=', wish.orderId)
    .where('n', '=', wish.n)
    .where('state', '=', 'wanted')
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** A refund that was on its way did not arrive, or a refusal is to be tried once more. @returns how many */
export async function wishAgain(q: Queries, orderId: string, states: ('done' | 'refused')[] = ['done', 'refused']): Promise<number> {
  const done = await q
    .updateTable('refund_wishes')
    .set({ state: 'wanted', settled_at: null })
    .where('order_id', '=', orderId)
    .where('state', 'in', states)
    .executeTakeFirst()
  return Number(done.numUpdatedRows)
}

/** Orders whose money is to go back in part, or whose subscription is to say how it ends: for the sweep. */
export async function ordersWithWishes(q: Queries, limit: number): Promise<string[]> {
  const rows = await q
    .selectFrom('refund_wishes')
    .select('order_id')
    .where('state', '=', 'wanted')
    .orderBy('asked_at')
    .limit(limit)
    .execute()
  return [...new Set(rows.map((row) => row.order_id))]
}
