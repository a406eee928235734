import { createHash } from 'node:crypto'
import type Sdk from 'stripe'
import { DAY } from '../../kit/time.ts'
import { toEvent } from './convert.ts'
import { badSignature } from './failures.ts'
import type { Reported } from './reporting.ts'
import type { StripeCall, StripeEvent } from './types.ts'

/** Stripe's own advice: an older message may be a replay. */
const TOLERANCE_SECONDS = 300

/** Tells secrets apart, and leads back to none. */
export const fingerprintOf = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16)

/** The SDK takes one secret; while one is rolled two are right, so each is tried. */
export function verifyEvent(sdk: Sdk, secrets: string[], rawBody: string, signature: string, now: Date): StripeEvent {
  const why: string[] = []
  for (const secret of secrets) {
    try {
      const event = wellFormed(
        toEvent(sdk.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime())),
      )
      return { ...event, signedWith: fingerprintOf(secret) }
    } catch (thrown) {
      why.push(thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown))
    }
  }
  throw badSignature(why.join(' | ') || 'no secret is configured')
}

/** The SDK checks the signature and nothing else. */
function wellFormed(event: StripeEvent): StripeEvent {
  const texts = [event.id, event.type, event.object.id]
  if (texts.some((text: unknown) => typeof text !== 'string') || event.id === '' || Number.isNaN(event.createdAt.getTime()))
    throw new Error('what is signed is no event')
  return event
}

/**
 * Oldest first, though Stripe lists newest first: a day at a time is read and turned round, so memory holds one day.
 * Stripe keeps 30 days.
 */
export async function* eventsSince(
  sdk: Sdk,
  reported: Reported,
  call: StripeCall,
  ask: { since: Date; until: Date; types?: string[] },
): AsyncGenerator<StripeEvent[]> {
  const end = Math.ceil(ask.until.getTime() / 1000) + 1
  const day = DAY / 1000
  for (let from = Math.floor(ask.since.getTime() / 1000); from < end; from += day) {
    const found: StripeEvent[] = []
    let after: string | undefined
    for (;;) {
      const page = await reported(call, 'GET /v1/events', () =>
        sdk.events.list({ created: { gte: from, lt: Math.min(from + day, end) }, types: ask.types, limit: 100, starting_after: after }),
      )
      found.push(...page.data.map(toEvent))
      after = page.data.at(-1)?.id
      if (!page.has_more || !after) break
    }
    if (found.length > 0) yield found.reverse()
  }
}
