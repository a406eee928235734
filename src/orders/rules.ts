import { HOUR, MINUTE } from '../kit/time.ts'
import type { OrderStatus } from './contract.ts'

/** Which status may follow which. `canceled` is the end: a server that is wanted again is a new order. */
export const NEXT = {
  paid: ['provisioning', 'installing', 'provisioned', 'error', 'canceled'],
  provisioning: ['paid', 'installing', 'provisioned', 'error', 'canceled'],
  installing: ['paid', 'provisioning', 'provisioned', 'error', 'canceled'],
  provisioned: ['active', 'error', 'canceled'],
  active: ['error', 'canceled'],
  error: ['paid', 'provisioning', 'installing', 'provisioned', 'active', 'canceled'],
  canceled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>

/** What follows delivery; a delivered order never waits for its server again, so no retry can make a second one. */
const AFTER_DELIVERY: readonly OrderStatus[] = ['provisioned', 'active', 'error', 'canceled']

export const mayBecome = (order: { status: OrderStatus; deliveredAt: Date | null }, to: OrderStatus): boolean =>
  (NEXT[order.status] as readonly OrderStatus[]).includes(to) && (order.deliveredAt === null || AFTER_DELIVERY.includes(to))

/** `updated_at` tells when the status was reached; reaching 24 hours of age is no news to the runbook's figures. */
export const movesUpdatedAt = (from: OrderStatus, to: OrderStatus): boolean => from !== to && !(from === 'provisioned' && to === 'active')

export const isDelivered = (order: { deliveredAt: Date | null }): boolean => order.deliveredAt !== null

/** Whether a person's "retry" can do anything, and if not, why. */
export function retryRefusal(order: { status: OrderStatus; deliveredAt: Date | null }): string | null {
  if (order.status === 'canceled') return 'The order is canceled.'
  if (isDelivered(order)) return 'The server of this order was delivered.'
  return null
}

/** Whether the plan of an order can be changed now, and if not, why. */
export function planChangeRefusal(order: { status: OrderStatus; suspendedAt: Date | null; suspendedReason: string | null }): string | null {
  if (order.status === 'canceled') return 'The order is canceled.'
  if (order.status !== 'provisioned' && order.status !== 'active') return 'The server of this order is not delivered yet.'
  if (order.suspendedAt) return `The order is suspended (${order.suspendedReason ?? 'no reason given'}).`
  return null
}

/** The panel may still have the limits of before. */
export const isResizing = (order: { planChange: { resizedAt: Date | null } | null }): boolean => order.planChange?.resizedAt === null

/** What a fresh look at the Stripe session of a checkout asks of us. */
export type SessionMeaning = 'fulfil' | 'paying' | 'expire' | 'wait'
export function sessionMeans(session: {
  status: 'open' | 'complete' | 'expired'
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'
}): SessionMeaning {
  // "No payment required" (a full coupon) is only complete once the buyer confirmed; an open session is never fulfilled.
  if (session.status === 'complete') return session.paymentStatus === 'unpaid' ? 'paying' : 'fulfil'
  return session.status === 'expired' ? 'expire' : 'wait'
}

/** Whether less was paid than was asked; another currency is not compared, it is not what was asked. */
export const fallsShort = (asked: { amountCents: number; currency: string }, paid: { amountCents: number; currency: string }): boolean =>
  paid.currency.toLowerCase() !== asked.currency.toLowerCase() || paid.amountCents < asked.amountCents

/**
 * What follows when Stripe did not give us a session.
 * `same_key`: unknown whether it was made, so ask again under the same key, which makes none twice.
 * `look`: Stripe stored an error under the key and would replay it; a session may exist all the same.
 * `none`: refused, nothing was made.  `later`: nothing was decided.
 */
export type NoSession = 'same_key' | 'look' | 'none' | 'later'
export function noSessionMeans(failure: { code: string; facts: Record<string, unknown> }): NoSession {
  const { answered, status } = failure.facts as { answered?: boolean; status?: number | null }
  if (answered === false) return 'same_key'
  // Asked for with other words, by a version of this software before: that one may have made a session.
  if (failure.code === 'stripe.key_reused') return 'look'
  if (failure.code === 'stripe.error' && typeof status === 'number' && status >= 500) return 'look'
  return failure.code === 'stripe.refused' ? 'none' : 'later'
}

export interface CheckoutLimits {
  /** Unpaid checkouts one customer may have at a time. */
  openPerCustomer: number
  /** Unpaid checkouts from one network address at a time. */
  openPerAddress: number
}
export const CHECKOUT_LIMITS: CheckoutLimits = { openPerCustomer: 2, openPerAddress: 10 }

/** An open checkout that a second request for the same thing gets again, instead of a second hold. */
export const isSameWish = (
  open: { planId: string; regionId: string; term: string; state: string; sessionExpiresAt: Date },
  ask: { planId: string; regionId: string; term: string },
  now: Date,
): boolean =>
  open.planId === ask.planId &&
  open.regionId === ask.regionId &&
  open.term === ask.term &&
  (open.state === 'opening' || open.state === 'open') &&
  open.sessionExpiresAt.getTime() - now.getTime() > 60_000

/**
 * What a status set in SQL by a person asks for.
 * `retry`: nothing was delivered, so try again.  `cancel`: end it, and ask about server and money.
 * `restore`: the status goes back, and whoever looks next finds out what is true.  `over`: it was canceled by the console before or since.
 */
export type HandMeaning = 'retry' | 'cancel' | 'restore' | 'over'
export function handChangeMeans(
  order: { status: OrderStatus; deliveredAt: Date | null; canceledAt: Date | null; refundWanted: string | null },
  change: { from: string },
): HandMeaning {
  // Ended by a person, in SQL or since by the console: that is never undone.
  if (order.status === 'canceled' && change.from !== 'canceled') return order.canceledAt === null ? 'cancel' : 'over'
  // Canceled and changed again before anybody followed up: the end is the stronger wish.
  if (change.from === 'canceled' && order.canceledAt === null) return 'cancel'
  // The end stays the end: its subscription is over and its money may be on the way back.
  if (change.from === 'canceled' || order.canceledAt !== null || order.refundWanted !== null) return 'restore'
  return (order.status === 'paid' || order.status === 'error') && !isDelivered(order) ? 'retry' : 'restore'
}

/** Tried for so long at least, however late we heard of the payment. */
const TRY_MS_MIN = HOUR
/** How late an undelivered order is, by its plan's promises. */
export const lateness = (
  order: { createdAt: Date; recordedAt: Date; alertAfterMinutes: number; cancelAfterHours: number },
  now: Date,
): 'on_time' | 'late' | 'give_up' => {
  const passedMs = now.getTime() - order.createdAt.getTime()
  const triedMs = now.getTime() - order.recordedAt.getTime()
  if (passedMs >= order.cancelAfterHours * HOUR && triedMs >= TRY_MS_MIN) return 'give_up'
  return passedMs >= order.alertAfterMinutes * MINUTE ? 'late' : 'on_time'
}

export const isLateOver = (order: { status: OrderStatus; deliveredAt: Date | null }): boolean =>
  order.deliveredAt !== null || order.status === 'canceled'

/** The shop's promise: "Not happy in the first 48 hours?" */
export const MONEY_BACK_MS = 48 * HOUR
/** Until when its customer may have all the money back by themselves; null: the order is not one of which that is so. */
export const moneyBackUntil = (order: { status: OrderStatus; deliveredAt: Date | null }): Date | null =>
  order.deliveredAt && order.status !== 'canceled' ? new Date(order.deliveredAt.getTime() + MONEY_BACK_MS) : null
