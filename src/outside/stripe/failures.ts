import Sdk from 'stripe'
import { Failure } from '../../kit/failure.ts'
import { SECOND } from '../../kit/time.ts'
import type { StripeFacts } from './types.ts'

/** What the SDK threw, as one of six named Failures. */
export function toFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Sdk.errors.StripeError)) return unreachable(thrown, null)
  const { statusCode: status, code, requestId, param } = thrown
  const facts: StripeFacts = {
    answered: true,
    status: status ?? null,
    stripeCode: code ?? null,
    requestId: requestId ?? null,
    message: thrown.message,
  }
  // No status: no connection, a reset, a time-out, or an answer that is not Stripe's JSON.
  if (status === undefined || thrown instanceof Sdk.errors.StripeConnectionError) return unreachable(thrown, requestId ?? null)
  if (status === 429)
    return new Failure({
      code: 'stripe.throttled',
      kind: 'unavailable',
      say: 'Our payment provider is busy.',
      next: 'It is tried again in a moment.',
      facts: { ...facts },
      retryAfterMs: 2 * SECOND,
      cause: thrown,
    })
  if (status === 401 || status === 403)
    return new Failure({
      code: 'stripe.key_refused',
      kind: 'denied',
      say: 'Our payment provider refuses our key.',
      next: 'Check STRIPE_SECRET_KEY and the permissions of that key in the Stripe dashboard.',
      facts: { ...facts },
      status: 503,
      cause: thrown,
    })
  // 409 also comes as this error, and is told apart by its status.
  if (thrown instanceof Sdk.errors.StripeIdempotencyError && status === 400)
    return new Failure({
      code: 'stripe.key_reused',
      kind: 'conflict',
      say: 'Our payment provider has an answer to another request under this key.',
      next: 'What that one made is looked for; if nothing, it is asked again under a new key.',
      facts: { ...facts },
      cause: thrown,
    })
  // 409 is a second request under the same idempotency key while the first one still runs.
  if (status >= 500 || status === 409)
    return new Failure({
      code: 'stripe.error',
      kind: 'unavailable',
      say: 'Our payment provider has trouble.',
      next: 'It is tried again in a moment.',
      facts: { ...facts },
      cause: thrown,
    })
  return new Failure({
    code: 'stripe.refused',
    kind: 'invalid',
    say: 'Our payment provider does not accept what we asked for.',
    next: param ? `Look at \`${param}\`: ${thrown.message}` : thrown.message,
    field: param ?? null,
    facts: { ...facts },
    cause: thrown,
  })
}

function unreachable(thrown: unknown, requestId: string | null): Failure {
  const facts: StripeFacts = {
    answered: false,
    status: null,
    stripeCode: null,
    requestId,
    message: thrown instanceof Error ? thrown.message : String(thrown),
  }
  return new Failure({
    code: 'stripe.unreachable',
    kind: 'unavailable',
    say: 'Our payment provider does not answer.',
    next: 'It is tried again in a moment.',
    facts: { ...facts },
    cause: thrown,
  })
}

/** The caller was told to stop before the call went out: nothing happened at Stripe. */
export const notSent = (cause: unknown) =>
  new Failure({
    code: 'stripe.not_sent',
    kind: 'unavailable',
    say: 'The work was interrupted before it reached our payment provider.',
    next: 'It is taken up again at once.',
    facts: { answered: true, status: null, stripeCode: null, requestId: null, message: 'not sent' } satisfies StripeFacts,
    cause,
  })

export const badSignature = (why: string) =>
  new Failure({
    code: 'billing.bad_signature',
    kind: 'denied',
    status: 400,
    say: 'The signature does not fit the message.',
    next: 'Check that STRIPE_WEBHOOK_SECRET is the signing secret of this endpoint.',
    facts: { why },
  })
