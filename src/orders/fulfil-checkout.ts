import { userById } from '../accounts/index.ts'
import { planById } from '../catalog/index.ts'
import type { Tx } from '../db/index.ts'
import { countCorrection, openFinding, resolveFinding } from '../findings/index.ts'
import { commitReservation, noRoomForPaid, place, regions } from '../fleet/index.ts'
import { Failure, type StoredFailure, storeFailure } from '../kit/failure.ts'
import { HOUR, later } from '../kit/time.ts'
import { alsoBusyWith, tell } from '../kit/working.ts'
import { post } from '../messages/index.ts'
import type { World } from '../world.ts'
import { noSuchOrder, paidTooLittle } from './errors.ts'
import type { Checkout } from './order.ts'
import { fallsShort } from './rules.ts'
import { checkoutLocked, updateCheckout } from './store/checkouts.ts'
import { insertOrder, orderById, wakeOrder } from './store/orders.ts'
import { addEvent } from './store/timeline.ts'

/** A session that Stripe, asked just now, calls paid. */
export interface PaidSession {
  checkoutId: string
  sessionId: string
  subscriptionId: string | null
  customerId: string | null
  paidAt: Date
  amountCents: number
  currency: string
  foundBy?: FoundBy
}

/** `sweep`: no webhook and no returning buyer told of the payment, our own look at Stripe's lists did. */
export type FoundBy = 'hint' | 'sweep'

/** `second_payment`: another session of this checkout was paid before; this one's money has to go back. */
export type Fulfilled = 'made' | 'already' | 'unknown_checkout' | 'second_payment'

/** Freed capacity wakes an order without room; this look is for a wake-up that was lost. */
const CAPACITY_LOOK_MS = HOUR

/**
 * Makes the order of a paid checkout: idempotent, and safe when webhook, success page and sweep call it at once
 * (the checkout's row lock puts them in a line, the order's key admits one).
 */
export const fulfil = (world: Pick<World, 'db' | 'now'>, paid: PaidSession): Promise<Fulfilled> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const checkout = await checkoutLocked(tx, paid.checkoutId)
    if (!checkout) return 'unknown_checkout'
    alsoBusyWith({ orderId: checkout.id, userId: checkout.userId })
    const order = await orderById(tx, checkout.id)
    if (order?.stripeSessionId === paid.sessionId) return 'already'
    if (order) {
      await reportSecondPayment(tx, paid, order.stripeSessionId, now)
      return 'second_payment'
    }
    await makeOrder(tx, checkout, paid, now)
    tell({ became: 'paid' })
    return 'made'
  })

/** Money that is less than was asked is kept in view, and nothing is delivered for it until a person says so. */
async function makeOrder(tx: Tx, checkout: Checkout, paid: PaidSession, now: Date): Promise<void> {
  const held = await holdFor(tx, checkout, now)
  const short = fallsShort(checkout, paid) ? storeFailure(paidTooLittle(checkout, paid), now) : null
  const status = short ? 'error' : 'paid'
  await insertOrder(tx, {
    id: checkout.id,
    userId: checkout.userId,
    planId: checkout.planId,
    term: checkout.term,
    regionId: checkout.regionId,
    serverName: checkout.serverName,
    status,
    nodeId: held.nodeId,
    amountCents: paid.amountCents,
    currency: paid.currency,
    stripeSessionId: paid.sessionId,
    stripeSubscriptionId: paid.subscriptionId,
    stripeCustomerId: paid.customerId,
    eulaAcceptedAt: checkout.eulaAcceptedAt,
    failure: short ?? held.failure,
    nextCheckAt: short ? null : held.failure ? later(now, CAPACITY_LOOK_MS) : now,
    createdAt: paid.paidAt,
    recordedAt: now,
  })
  await updateCheckout(tx, checkout.id, { state: 'paid', stripeSessionId: paid.sessionId, nextCheckAt: null }, now)
  await addEvent(tx, {
    orderId: checkout.id,
    at: now,
    kind: 'state',
    title: 'Payment received',
    details: {
      from: checkout.state,
      to: status,
      by: 'billing',
      paidAt: paid.paidAt.toISOString(),
      sessionId: paid.sessionId,
      foundBy: paid.foundBy ?? 'hint',
    },
  })
  if (paid.foundBy === 'sweep') await countCorrection(tx, 'missed_webhook', now)
  await tellCustomer(tx, checkout, paid, { waits: held.failure, short, at: now })
  if (short || paid.amountCents !== checkout.amountCents) await reportAmount(tx, checkout, paid, { short, at: now })
  await wakeOrder(tx, checkout.id)
}

/** Commits what the checkout holds; with the hold gone, takes a new place, and without room says so on the order. */
async function holdFor(tx: Tx, checkout: Checkout, now: Date): Promise<{ nodeId: number | null; failure: StoredFailure | null }> {
  const held = await commitReservation(tx, checkout.id, now)
  if (held !== null) return { nodeId: held, failure: null }
  const plan = await planById(tx, checkout.planId)
  if (!plan) throw noSuchOrder()
  try {
    const ask = { id: checkout.id, regionId: checkout.regionId, ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports }
    const placed = await place(tx, { ...ask, at: now, paid: true })
    return { nodeId: placed.nodeId, failure: null }
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.kind !== 'full') throw thrown
    await openFinding(tx, {
      kind: 'orders.paid_without_room',
      severity: 'critical',
      subject: { type: 'order', id: checkout.id },
      summary: `Paid after its hold was gone, and no node of region ${checkout.regionId} has room for it.`,
      remedy: 'Add or enable capacity in the region: the order goes on by itself. Otherwise it is refunded when its time is up.',
      at: now,
    })
    return { nodeId: null, failure: storeFailure(noRoomForPaid(thrown, checkout.regionId), now) }
  }
}

async function tellCustomer(
  tx: Tx,
  checkout: Checkout,
  paid: PaidSession,
  { waits, short, at }: { waits: StoredFailure | null; short: StoredFailure | null; at: Date },
): Promise<void> {
  const user = await userById(tx, checkout.userId)
  const plan = await planById(tx, checkout.planId)
  if (!user || !plan) return
  const { id: orderId, serverName } = checkout
  const { amountCents, currency } = paid
  if (short) {
    const { cause, next } = short
    const props = { orderId, serverName, cause, next }
    await post(tx, { userId: user.id, toEmail: user.email, template: 'trouble', props, dedupeKey: `order:${orderId}:paid_too_little`, at })
    return
  }
  await post(tx, {
    userId: user.id,
    toEmail: user.email,
    template: 'order_confirmed',
    props: { orderId, serverName, gameName: plan.gameName, planName: plan.name, amountCents, currency },
    dedupeKey: `order:${orderId}:confirmed`,
    at,
  })
  if (!waits) return
  const region = (await regions(tx)).find((one) => one.id === checkout.regionId)
  await post(tx, {
    userId: user.id,
    toEmail: user.email,
    template: 'capacity_wait',
    props: { orderId, serverName, regionName: region?.name ?? checkout.regionId },
    dedupeKey: `order:${orderId}:capacity_wait`,
    at,
  })
}

const SECOND = 'orders.second_payment'

const reportSecondPayment = (tx: Tx, paid: PaidSession, first: string | null, at: Date) =>
  openFinding(tx, {
    kind: SECOND,
    severity: 'critical',
    subject: { type: 'order', id: paid.checkoutId },
    summary: 'Two payment pages of one order were paid.',
    remedy: 'The second subscription is canceled and its payment refunded by itself; look here again if this stays open.',
    evidence: { first, second: paid.sessionId, subscription: paid.subscriptionId },
    at,
  })

/** Once the second session's money went back. */
export const settleSecondPayment = (world: Pick<World, 'db' | 'now'>, orderId: string): Promise<boolean> =>
  world.db.tx((tx) =>
    resolveFinding(tx, {
      kind: SECOND,
      subject: { type: 'order', id: orderId },
      by: 'billing',
      reason: 'The second subscription is canceled and refunded.',
      at: world.now(),
    }),
  )

const reportAmount = (tx: Tx, checkout: Checkout, paid: PaidSession, { short, at }: { short: StoredFailure | null; at: Date }) =>
  openFinding(tx, {
    kind: 'orders.amount_differs',
    severity: short ? 'critical' : 'warning',
    subject: { type: 'order', id: checkout.id },
    summary: `Paid ${paid.amountCents} ${paid.currency} where ${checkout.amountCents} ${checkout.currency} was asked.`,
    remedy: short
      ? 'Look at the session at Stripe. Cancel the order with a refund, or retry it to deliver it for this money; left alone it is refunded when its time is up.'
      : 'Look at the tax or price at Stripe; the order is delivered as bought.',
    evidence: { asked: checkout.amountCents, paid: paid.amountCents, sessionId: paid.sessionId },
    at,
  })
