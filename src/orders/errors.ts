import { Failure } from '../kit/failure.ts'
import { formatMoney } from '../kit/money.ts'

/** Also for somebody else's id: whether it exists is nobody's business. */
export const noSuchOrder = () =>
  new Failure({
    code: 'orders.unknown',
    kind: 'missing',
    say: 'There is no such order.',
    next: 'Open your list of servers and pick it there.',
  })

/** Thrown by saveOrder when the row is newer than what the caller read. Read again and decide anew. */
export const newerVersion = (orderId: string) =>
  new Failure({
    code: 'orders.newer_version',
    kind: 'unavailable',
    status: 409,
    say: 'The order changed at the same moment.',
    next: 'Try again; it is read afresh.',
    facts: { orderId },
    retryAfterMs: 0,
  })

export const noSuchStep = (orderId: string, from: string, to: string) =>
  new Failure({
    code: 'orders.no_such_step',
    kind: 'bug',
    say: `An order does not go from ${from} to ${to}.`,
    next: 'Tell support the order id.',
    facts: { orderId, from, to },
  })

export const emailNotVerified = () =>
  new Failure({
    code: 'orders.email_not_verified',
    kind: 'denied',
    say: 'Your e-mail address is not verified yet.',
    next: 'Open the link in the mail we sent you, then order again.',
  })

export const notSelling = (notice: string | null) =>
  new Failure({
    code: 'orders.not_selling',
    kind: 'unavailable',
    say: notice ?? 'Nothing can be delivered at the moment, so nothing is sold.',
    next: 'Try again in some minutes; no money was taken.',
    retryAfterMs: 60_000,
  })

export const planNotSold = (reason: string | null) =>
  new Failure({
    code: 'orders.plan_not_sold',
    kind: 'invalid',
    field: 'plan_id',
    say: reason ?? 'This plan is not sold.',
    next: 'Pick another plan.',
  })

export const unknownRegion = () =>
  new Failure({
    code: 'orders.region_unknown',
    kind: 'invalid',
    field: 'region',
    say: 'We do not sell in this region.',
    next: 'Pick another region.',
  })

export const eulaNeeded = (name: string) =>
  new Failure({
    code: 'orders.eula_needed',
    kind: 'invalid',
    field: 'accept_eula',
    say: `This game needs your consent to the ${name}.`,
    next: 'Read it, accept it, and order again.',
  })

export const tooManyOpen = (limit: number) =>
  new Failure({
    code: 'orders.too_many_open_checkouts',
    kind: 'conflict',
    say: `You have ${limit} unpaid orders already.`,
    next: 'Pay or cancel one of them first.',
  })

export const tooManyFromAddress = () =>
  new Failure({
    code: 'orders.too_many_from_address',
    kind: 'unavailable',
    status: 429,
    say: 'Too many unpaid orders come from your network.',
    next: 'Pay or cancel one of them, or try again in half an hour.',
    retryAfterMs: 30 * 60_000,
  })

export const noTurn = () =>
  new Failure({
    code: 'orders.no_turn',
    kind: 'unavailable',
    say: 'Too many orders come in at this very moment, and yours did not get its turn.',
    next: 'Send it again.',
    retryAfterMs: 1_000,
  })

/** The hold stands, Stripe's answer does not: billing goes on with it. */
export const paymentPageLate = (id: string, retryAfterMs: number) =>
  new Failure({
    code: 'orders.payment_page_late',
    kind: 'unavailable',
    say: 'Our payment provider does not answer. Your place is held and nothing was charged.',
    next: 'Send the same order again in a moment: you get this one.',
    facts: { checkoutId: id },
    retryAfterMs,
  })

export const paymentPageRefused = () =>
  new Failure({
    code: 'orders.payment_page_refused',
    kind: 'unavailable',
    say: 'Our payment provider did not open a payment page for this order. Nothing was charged.',
    next: 'Order again; if it happens again, tell support.',
  })

export const alreadyPaid = () =>
  new Failure({
    code: 'orders.already_paid',
    kind: 'conflict',
    say: 'This order is paid or its payment is on the way, so it can no longer be called off here.',
    next: 'Open the order to see how it goes on.',
  })

/** For the customer too: they read `say` and `next` on their order. */
export const paidTooLittle = (asked: Money, paid: Money) =>
  new Failure({
    code: 'orders.paid_too_little',
    kind: 'conflict',
    say: `The payment of ${formatMoney(paid.amountCents, paid.currency)} is less than the ${formatMoney(asked.amountCents, asked.currency)} that this order costs.`,
    next: 'A person looks at it. If it is not settled in time, the money goes back by itself.',
    facts: { asked, paid },
  })
interface Money {
  amountCents: number
  currency: string
}

export const notRetryable = (why: string) =>
  new Failure({ code: 'orders.not_retryable', kind: 'conflict', say: why, next: 'Nothing needs to be done to it.' })

export const planNotChangeable = (why: string) =>
  new Failure({
    code: 'orders.plan_not_changeable',
    kind: 'conflict',
    say: why,
    next: 'Only a server that is delivered and not suspended gets another plan.',
  })

export const hasThatPlan = (plan: string) =>
  new Failure({
    code: 'orders.has_that_plan',
    kind: 'conflict',
    field: 'plan_id',
    say: `The order has the plan ${plan} already.`,
    next: 'Nothing needs to be done.',
  })

/** Another egg or other ports would be another server: its files are not a change of limits away. */
export const planOfOtherRecipe = (from: string, to: string) =>
  new Failure({
    code: 'orders.plan_of_other_recipe',
    kind: 'conflict',
    field: 'plan_id',
    say: `${to} is another game or variant than ${from}.`,
    next: 'Pick a plan of the same game and variant, or let the customer order the other one anew.',
  })

export const tooManyStreams = () =>
  new Failure({
    code: 'orders.too_many_streams',
    kind: 'unavailable',
    status: 429,
    say: 'You watch too many orders at once.',
    next: 'Close other tabs of this shop.',
    retryAfterMs: 10_000,
  })
