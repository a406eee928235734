import { inboxState } from '../billing/index.ts'
import type { Queries } from '../db/index.ts'
import { corrections, countOpen } from '../findings/index.ts'
import { sellingState } from '../fleet/index.ts'
import { DAY, later } from '../kit/time.ts'
import { countersForOverview, STUCK_AFTER_MS } from '../orders/index.ts'
import type { OverviewView } from './contract.ts'

/** The operators' first look: what waits, what stands still, whether we sell. */
export async function overview(q: Queries, now: Date): Promise<OverviewView> {
  const [counters, openFindings, inbox, selling, corrected] = await Promise.all([
    countersForOverview(q, { stuckBefore: later(now, -STUCK_AFTER_MS), deliveredSince: later(now, -DAY) }),
    countOpen(q),
    inboxState(q),
    sellingState(q, now),
    corrections(q),
  ])
  return { ...counters, openFindings, webhooksWaiting: inbox.waiting, corrections: corrected, ...selling }
}
