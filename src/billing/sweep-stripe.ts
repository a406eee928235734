import { randomUUID } from 'node:crypto'
import { listFindings, resolveFinding } from '../findings/index.ts'
import { DAY, HOUR, later, MINUTE, SECOND } from '../kit/time.ts'
import type { Session, StripeCall } from '../outside/stripe/types.ts'
import { backfillEvents } from './backfill-events.ts'
import { newestEventAt } from './store/inbox.ts'
import { dropStripeSweep, keepStripeSweep, sessionsWithOrder, takeStripeSweep } from './store/sweep.ts'
import { type BillingWorld, takeSession } from './take-session.ts'

export interface StripeSwept {
  events: number
  /** Events that no webhook had brought. */
  added: number
  sessions: number
  /** Orders that were made of paid sessions on the list. */
  made: number
}

/** Renewed while its holder lives: a killed process holds up the next sweep for so long at most. */
const LEASE_MS = 20 * SECOND
const RENEW_MS = 4 * SECOND
/** Stripe's lists may lag, and an event's second is not the one it is listed in. */
const OVERLAP_MS = HOUR
/** A webhook on its way is not a missed one: what is younger is left to the next sweep. */
const SETTLING_MS = MINUTE
/** A session lives 35 minutes, and is paid at the end of it. */
const SESSION_LIFE_MS = HOUR
const OPEN_MAX = 100

/**
 * Looks for money that nobody told us of: events since the stored cursor go into the inbox, paid sessions without an order
 * become one, or, unknown to us, a finding. One at a time over all processes.
 * @returns null when another process is at it
 */
export async function sweepStripe(
  world: BillingWorld,
  signal?: AbortSignal,
  { settlingMs = SETTLING_MS }: { settlingMs?: number } = {},
): Promise<StripeSwept | null> {
  const { q } = world.db
  const holder = randomUUID()
  const startedAt = world.now()
  const taken = await takeStripeSweep(q, { holder, at: startedAt, until: later(startedAt, LEASE_MS) })
  if (!taken) return null
  const until = later(startedAt, -settlingMs)
  let done = false
  // A renewal that fails is made good by the next; two sweeps at once find the same and do no harm.
  const renew = () => keepStripeSweep(q, { holder, until: later(world.now(), LEASE_MS) }).catch(() => undefined)
  const renewal = setInterval(renew, RENEW_MS)
  try {
    const from = taken.cursorAt ?? (await newestEventAt(q)) ?? later(startedAt, -DAY)
    const since = later(from, -OVERLAP_MS)
    const { listed, added } = await backfillEvents(world, { since, until, signal })
    const { sessions, made } = await readSessions(world, { since: later(since, -SESSION_LIFE_MS), until }, { signal })
    await closeKnown(world)
    done = true
    if (added > 0 || made > 0) world.log.warn({ added, made }, 'Stripe was swept: webhooks had been missed')
    return { events: listed, added, sessions, made }
  } finally {
    clearInterval(renewal)
    await dropStripeSweep(q, { holder, at: world.now(), cursorAt: done ? until : null })
  }
}

/** Found to be unknown, and an order since: a backup was put back, or a person had it made. */
async function closeKnown(world: BillingWorld): Promise<void> {
  const kind = 'billing.unknown_checkout'
  const open = await listFindings(world.db.q, { status: 'open', kind, limit: OPEN_MAX })
  const sessionOf = (finding: (typeof open)[number]) => String(finding.evidence['sessionId'] ?? '')
  const known = await sessionsWithOrder(world.db.q, open.map(sessionOf))
  for (const finding of open.filter((one) => known.has(sessionOf(one))))
    await world.db.tx((tx) =>
      resolveFinding(tx, {
        kind,
        subject: { type: finding.subject_type, id: finding.subject_id },
        by: 'billing',
        reason: 'Its order is there.',
        at: world.now(),
      }),
    )
}

async function readSessions(
  world: BillingWorld,
  stretch: { since: Date; until: Date },
  call: StripeCall,
): Promise<{ sessions: number; made: number }> {
  let [sessions, made] = [0, 0]
  for await (const page of world.stripe.sessionsSince(call, stretch.since)) {
    sessions += page.length
    const paid = page.filter(isPaidOurs)
    const known = await sessionsWithOrder(
      world.db.q,
      paid.map((session) => session.id),
    )
    for (const { id } of paid.filter((session) => !known.has(session.id)))
      if ((await follow(world, id, stretch.until, call)) === 'made') made += 1
  }
  return { sessions, made }
}

async function follow(world: BillingWorld, sessionId: string, until: Date, call: StripeCall): Promise<string> {
  const session = await world.stripe.session(call, sessionId)
  if (!session || (session.paidAt ?? session.createdAt) > until) return 'waiting'
  return takeSession(world, session, { ...call, orderId: session.orderId ?? undefined }, 'sweep')
}

const isPaidOurs = (session: Session): boolean => session.ours && session.status === 'complete' && session.paymentStatus !== 'unpaid'
