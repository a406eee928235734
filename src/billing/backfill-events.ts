import { DAY, HOUR, later } from '../kit/time.ts'
import type { World } from '../world.ts'
import { HANDLED_TYPES } from './handlers/index.ts'
import { inboxOf, newestEventAt } from './store/inbox.ts'

/** Events may reach Stripe's list, and us, out of order: look back further than the newest we have. */
const OVERLAP_MS = HOUR

/**
 * Fetches what no webhook brought. What is there already stays as it is. @returns how many were listed, how many were new
 */
export async function backfillEvents(
  world: Pick<World, 'db' | 'stripe' | 'now'>,
  ask: { since?: Date; until?: Date; signal?: AbortSignal } = {},
): Promise<{ listed: number; added: number }> {
  const newest = await newestEventAt(world.db.q)
  const since = ask.since ?? later(newest ?? later(world.now(), -DAY), -OVERLAP_MS)
  const until = ask.until ?? world.now()
  const put = inboxOf(world.db.q)
  let [listed, added] = [0, 0]
  for await (const events of world.stripe.events({ signal: ask.signal }, since, HANDLED_TYPES)) {
    listed += events.length
    const arrivals = events
      .filter((event) => event.createdAt <= until)
      .map((event) => ({ event, at: world.now(), handled: true, broughtBy: 'sweep' as const }))
    added += (await Promise.all(arrivals.map(put))).filter((fresh) => fresh).length
  }
  return { listed, added }
}
