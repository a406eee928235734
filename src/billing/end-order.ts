import { userById } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import { DAY, later } from '../kit/time.ts'
import { post } from '../messages/index.ts'
import { cancelLocked, lockOrder, note, type Order, orderById, saveOrder } from '../orders/index.ts'
import { decideEnd, type EndAsk, type EndChange, type EndFacts, isNothing } from './end-plan.ts'
import { noSuchOrder, overLimit, refusedEnd } from './errors.ts'
import { savePayment, subscriptionOf } from './store/mirror.ts'
import { addWish, wishesOf } from './store/wishes.ts'
import type { BillingWorld } from './take-session.ts'

export interface EndOrder extends EndAsk {
  by: Actor
  orderId: string
  /** For the audit, and read by the customer where money goes back. */
  reason: string
  /** Two refunds of the same amount for the same reason are one, unless these differ. */
  askKey?: string
  dryRun: boolean
  /** What an operator may give back of one order within a day; nobody else is bound by it. */
  limitCents: number
  requestId?: string | null
}
export interface Ended {
  /** What is done, or would be, in plain words with amounts and instants. */
  will: string[]
  order: Order
}

const TRIES = 4

/**
 * Ends an order now or with the period that is paid for, gives money back, and says what becomes of the server. Safe twice. What
 * it writes is a wish: billing's reconciler brings Stripe to it, the servers' the panel.
 * @throws Failure `billing.refund_too_much`, `billing.refund_over_limit`, `billing.not_delivered`, or Stripe's, with nothing done
 */
export async function endOrder(world: Pick<BillingWorld, 'db' | 'stripe' | 'now'>, ask: EndOrder): Promise<Ended> {
  for (let tries = 1; ; tries += 1) {
    const facts = await readFacts(world, ask)
    const decided = decideEnd(ask, facts, world.now())
    if ('refused' in decided) throw refusedEnd(decided.refused)
    const { will, change } = decided
    await keepToLimit(world, ask, change)
    if (ask.dryRun || isNothing(change)) return { will, order: facts.order }
    try {
      const order = await world.db.tx((tx) => write(tx, ask, facts, { change, will, at: world.now() }))
      return { will, order }
    } catch (thrown) {
      // Somebody wrote the order since it was read: what is to be done is decided anew.
      if (asFailure(thrown).code !== 'orders.newer_version' || tries >= TRIES) throw thrown
    }
  }
}

const partKey = (ask: EndOrder): string =>
  ask.askKey ?? `${ask.refund.kind === 'part' ? ask.refund.cents : ''}:${ask.reason.trim().toLowerCase()}`

async function readFacts(world: Pick<BillingWorld, 'db' | 'stripe' | 'now'>, ask: EndOrder): Promise<EndFacts> {
  const { q } = world.db
  const order = await orderById(q, ask.orderId)
  if (!order) throw noSuchOrder()
  const id = order.stripeSubscriptionId
  const subscription = id ? await subscriptionOf(q, id) : null
  if (ask.refund.kind === 'none') return { order, subscription, money: null, isRepeat: false }
  const payments = id ? await world.stripe.paymentsOf({ orderId: order.id }, { subscriptionId: id }) : []
  for (const payment of payments) await savePayment(q, order.id, payment, world.now())
  const wishes = await wishesOf(q, order.id)
  // What is on its way is gone, though Stripe may not know of it yet. Where all goes back, nothing of it is left to ask for.
  const wished = wishes.filter((wish) => wish.state === 'wanted').reduce((sum, wish) => sum + wish.cents, 0)
  const paidCents = payments.reduce((sum, payment) => sum + payment.amountCents, 0)
  const left = payments.reduce((sum, payment) => sum + payment.amountCents - payment.refundedCents, 0) - wished
  const leftCents = order.refundWanted ? 0 : Math.max(0, left)
  const money = { paidCents, leftCents, currency: payments[0]?.currency ?? order.currency }
  return { order, subscription, money, isRepeat: wishes.some((wish) => wish.askKey === partKey(ask)) }
}

async function keepToLimit(world: Pick<BillingWorld, 'db' | 'now'>, ask: EndOrder, { refund }: EndChange): Promise<void> {
  if (!refund || ask.by.role !== 'operator') return
  const since = later(world.now(), -DAY)
  const before = (await wishesOf(world.db.q, ask.orderId)).filter((wish) => wish.askedAt > since && wish.state !== 'refused')
  const today = before.reduce((sum, wish) => sum + wish.cents, 0)
  if (today + refund.cents > ask.limitCents) throw overLimit(ask.limitCents, today)
}

interface Decided {
  change: EndChange
  will: string[]
  at: Date
}

async function write(tx: Tx, ask: EndOrder, facts: EndFacts, { change, will, at }: Decided): Promise<Order> {
  const locked = await lockOrder(tx, ask.orderId)
  // Under the version that was decided on: saveOrder refuses any other.
  let order = { ...locked, version: facts.order.version }
  const { by, reason } = ask
  const wishes = await wishesOf(tx, order.id)
  const all = change.refund?.kind === 'full' && (change.cancel || order.status === 'canceled')
  if (change.refund) {
    const n = (wishes.at(-1)?.n ?? 0) + 1
    const askKey = change.refund.kind === 'part' ? partKey(ask) : `full:${n}`
    const currency = facts.money?.currency ?? order.currency
    await addWish(tx, { orderId: order.id, n, ...change.refund, currency, askKey, reason, askedBy: by.id, askedAt: at })
  }
  if (change.ending) {
    const setAt = order.ending?.atPeriodEnd ? order.ending.setAt : null
    const ending = { atPeriodEnd: true, server: change.ending.server, reason, by: by.id, askedAt: at, setAt }
    order = await saveOrder(tx, order, { ending }, { title: 'Ends with its period', by: by.id, at })
    await tellEndsLater(tx, order, facts.subscription?.currentPeriodEnd ?? null, at)
  } else {
    // One write even where only a refund is asked: it carries the version, wakes the reconcilers, and is looked at again.
    const settled = change.refund && order.status === 'canceled' ? { moneySettledAt: null } : {}
    order = await saveOrder(tx, order, settled, { title: 'Money goes back', by: by.id, at })
    if (change.cancel || change.deleteAt || all) {
      const deleteAt = change.deleteAt ?? undefined
      order = await cancelLocked(
        tx,
        { by, orderId: order.id, reason, refund: all, deleteServer: false, deleteAt, requestId: ask.requestId },
        at,
      )
    }
  }
  await note(tx, order.id, 'Its end was asked for', { by: by.id, reason, will }, at)
  await record(tx, {
    by,
    did: 'billing.end_order',
    to: { type: 'order', id: order.id },
    why: reason,
    details: { when: ask.when, refund: { ...ask.refund }, server: { ...ask.server }, refundCents: change.refund?.cents ?? 0 },
    requestId: ask.requestId ?? null,
    at,
  })
  return order
}

async function tellEndsLater(tx: Tx, order: Order, endsAt: Date | null, at: Date): Promise<void> {
  const user = await userById(tx, order.userId)
  if (!user) return
  const props = { orderId: order.id, serverName: order.serverName, endsAt: endsAt?.toISOString() ?? null }
  const dedupeKey = `order:${order.id}:ends:${order.ending?.askedAt.toISOString() ?? ''}`
  await post(tx, { userId: user.id, toEmail: user.email, template: 'ends_later', props, dedupeKey, at })
}
