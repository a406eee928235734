import type { StoredFailure } from '../kit/failure.ts'
import { Failure } from '../kit/failure.ts'

export const noSuchOrder = () =>
  new Failure({
    code: 'operations.order_unknown',
    kind: 'missing',
    say: 'There is no order with this id.',
    next: 'Take the id from the orders table or the console.',
  })

export const notPaidYet = () =>
  new Failure({
    code: 'operations.order_not_paid',
    kind: 'missing',
    say: 'This is a checkout that nobody has paid yet, so there is no order.',
    next: 'Wait for the payment; the server is then made by itself.',
  })

export const orderCanceled = () =>
  new Failure({
    code: 'operations.order_canceled',
    kind: 'conflict',
    say: 'The order is canceled.',
    next: 'A server that is wanted again is a new order.',
  })

const RETRY_MS = 30_000

/** Why the try did not make a server: 422 where a person must mend something, 503 where time or the system will. */
export function tryFailed(stored: StoredFailure, nextCheckAt: Date | null, now: Date): Failure {
  const bySystem = stored.kind === 'unavailable' || stored.kind === 'full' || stored.kind === 'denied'
  const waitMs = nextCheckAt ? Math.max(1_000, nextCheckAt.getTime() - now.getTime()) : RETRY_MS
  return new Failure({
    code: stored.code,
    kind: bySystem ? 'unavailable' : 'invalid',
    status: bySystem ? 503 : 422,
    say: stored.cause,
    next: stored.next,
    field: stored.field,
    ...(stored.field ? { fields: { [stored.field]: stored.cause } } : {}),
    ...(bySystem ? { retryAfterMs: waitMs } : {}),
  })
}

export const anotherUser = () =>
  new Failure({
    code: 'operations.not_your_account',
    kind: 'denied',
    say: 'This is somebody else’s account.',
    next: 'Ask for your own, or use the service role key.',
  })

export const addressNotConfirmed = () =>
  new Failure({
    code: 'operations.address_not_confirmed',
    kind: 'denied',
    say: 'Your e-mail address is not confirmed yet, and the game panel knows you by it.',
    next: 'Open the link in the mail we sent you, then try again.',
  })

export const resetByServiceOnly = () =>
  new Failure({
    code: 'operations.reset_by_service_only',
    kind: 'denied',
    say: 'A panel password is reset with the service role key only.',
    next: 'Ask support, or use “forgot password” on the panel.',
  })

/** The panel's "no" is not the caller's: to refuse them with 401 or 403 would say that their own credentials are wrong. */
export function panelTrouble(failure: Failure): Failure {
  if (!failure.code.startsWith('panel.')) return failure
  const forPerson = failure.kind === 'invalid'
  return new Failure({
    code: failure.code,
    kind: forPerson ? 'invalid' : 'unavailable',
    status: forPerson ? 422 : 503,
    say: failure.say,
    next: failure.next,
    field: failure.field,
    ...(failure.fields ? { fields: failure.fields } : {}),
    facts: failure.facts,
    cause: failure,
    ...(forPerson ? {} : { retryAfterMs: failure.retryAfterMs ?? RETRY_MS }),
  })
}

export const noSuchCustomer = (text: string) =>
  new Failure({
    code: 'operations.no_such_customer',
    kind: 'missing',
    field: 'customer',
    say: `There is no customer “${text}”.`,
    next: 'Give the customer’s id or the whole e-mail address.',
  })

export const textNeedsSince = () =>
  new Failure({
    code: 'operations.text_needs_since',
    kind: 'invalid',
    field: 'since',
    say: 'A text is looked for in a stretch of time.',
    next: 'Say since when: 1h, 1d or an instant.',
  })

export const badTime = (field: 'since' | 'until') =>
  new Failure({
    code: 'request.invalid',
    kind: 'invalid',
    field,
    say: `${field} is no time.`,
    next: 'Give an instant such as 2026-11-24T09:30:00Z, or an age such as 15m, 1h, 7d.',
  })

export const badCursor = () =>
  new Failure({
    code: 'request.invalid',
    kind: 'invalid',
    field: 'cursor',
    say: 'This page does not exist.',
    next: 'Start from the first page.',
  })

export const tooManyTails = () =>
  new Failure({
    code: 'operations.too_many_tails',
    kind: 'unavailable',
    status: 429,
    say: 'Too many live logs are open.',
    next: 'Close other tabs of the console.',
    retryAfterMs: 10_000,
  })
