import { HANDLED_TYPES, knownEvents, lastVerifiedAt } from '../../billing/index.ts'
import { DAY, later, MINUTE } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { failed, ok, type Verdict, warning } from './check.ts'
import { ago, counted } from './words.ts'

/** A webhook that is on its way is not a missing one. */
const SETTLING_MS = 2 * MINUTE
const WINDOW_MS = DAY
/** A busy shop's day is looked at in part: the newest tell what is the matter now. */
const EVENTS_MAX = 500

export interface Deliveries {
  /** Events of Stripe's own list that should be here by now. */
  listed: number
  /** In nobody's hands. */
  missing: number
  /** Here, though no webhook brought them. */
  swept: number
  lastMissedAt: Date | null
  lastVerifiedAt: Date | null
}

/** What Stripe says that it sent in the last day, beside what a webhook brought. */
export async function readDeliveries(world: Pick<World, 'stripe' | 'db' | 'now'>, signal: AbortSignal): Promise<Deliveries> {
  const until = later(world.now(), -SETTLING_MS)
  const events: { id: string; createdAt: Date }[] = []
  for await (const page of world.stripe.events({ signal }, later(world.now(), -WINDOW_MS), HANDLED_TYPES))
    events.push(...page.filter((event) => event.createdAt <= until))
  const newest = events.slice(-EVENTS_MAX)
  const known = await knownEvents(
    world.db.q,
    newest.map(({ id }) => id),
  )
  const missed = newest.filter(({ id }) => known.get(id) !== 'webhook')
  return {
    listed: newest.length,
    missing: missed.filter(({ id }) => !known.has(id)).length,
    swept: missed.filter(({ id }) => known.has(id)).length,
    lastMissedAt: missed.at(-1)?.createdAt ?? null,
    lastVerifiedAt: await lastVerifiedAt(world.db.q),
  }
}

export function deliveryVerdict(seen: Deliveries, now: Date, fix: Verdict['fix']): Verdict {
  const { listed, missing, swept, lastMissedAt, lastVerifiedAt: verifiedAt } = seen
  const last = verifiedAt ? `The last event came by webhook ${ago(now, verifiedAt)}.` : 'No event ever came by webhook.'
  if (listed === 0) return ok(`Stripe lists no event of the last day that we handle. ${last}`)
  if (lastMissedAt === null) return ok(`All ${listed} of the last day came by webhook. ${last}`)
  const parts = [
    ...(missing > 0 ? [`${counted(missing, 'is', 'are')} not here at all`] : []),
    ...(swept > 0 ? [`${counted(swept, 'was', 'were')} only found by the sweep`] : []),
  ]
  const found = `Of ${counted(listed, 'event', 'events')} of the last day that Stripe lists, ${parts.join(', ')}. ${last}`
  // What is heard again since then is over.
  if (verifiedAt && verifiedAt > lastMissedAt)
    return warning(
      found,
      'Webhooks come again. What was missed is fetched by the sweep; look into Stripe’s dashboard for why it could not deliver.',
    )
  return failed(
    found,
    'Webhooks do not reach us: see the endpoint, its secret and our address. Orders are made by the sweep meanwhile, minutes late.',
    fix,
  )
}
