import { openFinding, resolveFinding } from '../findings/index.ts'
import { asFailure } from '../kit/failure.ts'
import { later, SECOND } from '../kit/time.ts'
import { workDone, working } from '../kit/working.ts'
import { HANDLERS } from './handlers/index.ts'
import { EVENT_ATTEMPTS_UNTIL_FINDING, retryWaitMs } from './rules.ts'
import { claimEvents, type InboxEvent, keepEvents, markFailed, markProcessed } from './store/inbox.ts'
import type { BillingWorld } from './take-session.ts'

/** Renewed while its holder lives: a dead process's events, and what a lost database left undone, are due again after this. */
const LEASE_MS = 12 * SECOND
const RENEW_MS = 3 * SECOND
/** Handlers at once: well below what Stripe allows one account in a second. */
const AT_ONCE = 8
const STUCK = 'billing.event_stuck' as const

/** Works on up to `limit` due events of the inbox. @returns how many it took; at `limit` there may be more */
export async function drainInbox(world: BillingWorld, limit: number, signal?: AbortSignal): Promise<number> {
  const now = world.now()
  const events = await claimEvents(world.db.q, { now, leaseUntil: later(now, LEASE_MS), limit })
  const waiting = [...events]
  const held = new Set(events)
  const work = async () => {
    for (let event = waiting.shift(); event && !signal?.aborted; event = waiting.shift()) {
      await working({ fn: 'stripe-webhook' }, () => handle(world, event))
      held.delete(event)
    }
  }
  // A renewal that fails is made good by the next; if the database stays away, somebody takes the events over.
  const renewal = setInterval(() => void keepEvents(world.db.q, [...held], later(world.now(), LEASE_MS)).catch(() => undefined), RENEW_MS)
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, events.length) }, work))
  } finally {
    clearInterval(renewal)
  }
  return events.length
}

async function handle(world: BillingWorld, event: InboxEvent): Promise<void> {
  const started = performance.now()
  try {
    const object = objectOf(event)
    const handler = Object.hasOwn(HANDLERS, event.type) ? HANDLERS[event.type] : undefined
    if (handler)
      await handler(world, {
        type: event.type,
        objectId: String(object['id'] ?? ''),
        object,
        foundBy: event.broughtBy === 'sweep' ? 'sweep' : 'hint',
      })
  } catch (thrown) {
    // One that cannot even be put off is due again when its lease is over; the others go on.
    return putOff(world, event, thrown).catch((error: unknown) =>
      world.log.error({ err: error, event: event.id }, 'an event that failed could not be put off'),
    )
  }
  await markProcessed(world.db.q, event, world.now())
  const { calls, told } = workDone()
  const facts = { event: event.id, type: event.type, attempts: event.attempts, ms: Math.round(performance.now() - started), calls }
  world.log.info({ ...facts, outcome: 'ok', ...told }, `handled: ${event.type}${told['became'] ? `, order ${told['became']}` : ''}`)
  if (event.attempts > EVENT_ATTEMPTS_UNTIL_FINDING)
    await world.db.tx((tx) => resolveFinding(tx, { ...stuck(event), by: 'billing', reason: 'It went through.', at: world.now() }))
}

function objectOf(event: InboxEvent): Record<string, unknown> {
  const inside = (event.payload['data'] as { object?: unknown } | undefined)?.object
  return inside !== null && typeof inside === 'object' ? (inside as Record<string, unknown>) : {}
}

const stuck = (event: InboxEvent) => ({ kind: STUCK, subject: { type: 'stripe_event', id: event.id } })

/** Another try with back-off, for ever: an event that is given up is money nobody looks at. */
async function putOff(world: BillingWorld, event: InboxEvent, thrown: unknown): Promise<void> {
  const failure = asFailure(thrown)
  const at = world.now()
  const wait = retryWaitMs(event.attempts, failure.retryAfterMs)
  world.log.warn({ err: thrown, event: event.id, type: event.type, attempts: event.attempts }, 'event not handled, trying again')
  await world.db.tx(async (tx) => {
    const told = failure.kind === 'bug' ? String(failure.facts['error'] ?? failure.say) : `${failure.code}: ${failure.next}`
    // PostgreSQL takes no NUL in a text: an event whose error holds one would never be put off.
    const said = told.replaceAll('\u0000', '').slice(0, 1_000)
    await markFailed(tx, event, { error: said, nextAttemptAt: later(at, wait) })
    if (event.attempts < EVENT_ATTEMPTS_UNTIL_FINDING) return
    await openFinding(tx, {
      ...stuck(event),
      severity: 'critical',
      summary: `An event of Stripe (${event.type}) failed ${event.attempts} times: ${failure.code}.`,
      remedy: 'It is tried again by itself; mend what the error names.',
      evidence: { error: said },
      at,
    })
  })
}
