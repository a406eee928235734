import { backOffMs, MINUTE } from '../kit/time.ts'

/** Stripe says of a first payment by bank that it failed; `active` and `incomplete` may still be waiting for the bank. */
export const firstPaymentFailed = (subscriptionStatus: string): boolean =>
  ['past_due', 'unpaid', 'incomplete_expired', 'canceled'].includes(subscriptionStatus)

export const isOver = (subscription: { status: string; endedAt: Date | null }): boolean =>
  subscription.status === 'canceled' || subscription.status === 'incomplete_expired' || subscription.endedAt !== null

/** Longest pause between two tries of one event: Stripe's objects are asked afresh, so late is no harm, silence is. */
const EVENT_RETRY_MS_MAX = 10 * MINUTE
/** A failure may name its own wait, the first times: one that always says “at once” must not spin. */
export const retryWaitMs = (attempts: number, namedMs: number | null, random?: () => number): number => {
  const least = backOffMs(attempts, EVENT_RETRY_MS_MAX, random)
  return namedMs === null ? least : attempts <= NAMED_TIMES ? namedMs : Math.max(namedMs, least)
}
const NAMED_TIMES = 2
/** From then on a person is told: about ten minutes of failing. */
export const EVENT_ATTEMPTS_UNTIL_FINDING = 8
export const CHECKOUT_RETRY_MS_MAX = 2 * MINUTE
export const MONEY_RETRY_MS_MAX = 10 * MINUTE

/** The panel has what the new plan gives, and Stripe has not followed. */
export const wantsPrice = (change: { resizedAt: Date | null; pricedAt: Date | null }): boolean =>
  change.resizedAt !== null && change.pricedAt === null

/** One key for one change of plan; `tries` answers are stored under earlier ones. */
export const planPriceKey = (orderId: string, { n, tries }: { n: number; tries: number }): string =>
  `order:${orderId}:plan:${n}${tries > 0 ? `:again${tries}` : ''}`

interface Owed {
  paymentIntentId: string
  amountCents: number
  currency: string
}
/** What is left to give back, the oldest payment first; `n` is its place, part of the refund's key. */
export const owedOf = (
  payments: { paymentIntentId: string; amountCents: number; refundedCents: number; currency: string }[],
): (Owed & { n: number })[] =>
  payments
    .map((payment, index) => ({
      paymentIntentId: payment.paymentIntentId,
      amountCents: payment.amountCents - payment.refundedCents,
      currency: payment.currency,
      n: index + 1,
    }))
    .filter((payment) => payment.amountCents > 0)

/** A refund that failed is stored under its key at Stripe: the next try of the same payment needs another. */
export const refundKey = (orderId: string, n: number, failedBefore: number): string =>
  `order:${orderId}:refund:${n}${failedBefore > 0 ? `:again${failedBefore}` : ''}`

/** One refund of the wish number `wish`, of the payment at this place. */
export const wishKey = (orderId: string, wish: number, place: number, failedBefore: number): string =>
  `order:${orderId}:refund:w${wish}:${place}${failedBefore > 0 ? `:again${failedBefore}` : ''}`

/** A renewal could not be charged, and Stripe tries again or has given up trying. */
export const isUnpaid = (subscriptionStatus: string): boolean => subscriptionStatus === 'past_due' || subscriptionStatus === 'unpaid'

/** Why a server is suspended whose renewal is not paid; lifted by the payment alone. */
export const UNPAID = 'payment'
