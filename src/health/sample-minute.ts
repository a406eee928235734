import { DAY, later } from '../kit/time.ts'
import type { World } from '../world.ts'
import { forgetDeliveries } from './store/channels.ts'
import { budgetNow, queueNow, saveMinute } from './store/minutes.ts'
import { tidyPulse } from './store/pulse.ts'

/** What waits at this moment, for the charts. */
export async function sampleMinute(world: Pick<World, 'db' | 'now'>): Promise<void> {
  const { q } = world.db
  const now = world.now()
  const [queue, budget] = await Promise.all([queueNow(q, now), budgetNow(q, now)])
  await saveMinute(q, now, {
    waiting: queue.waiting,
    oldestWaitingSeconds: queue.oldestWaitingSeconds,
    queueSeconds: queue.queueSeconds,
    inError: queue.inError,
    inboxWaiting: queue.inboxWaiting,
    inboxOldestSeconds: queue.inboxOldestSeconds,
    budgetLimit: budget.limit,
    budgetUsed: budget.used,
  })
}

/** The longest chart is of a week. */
const KEPT_MS = 9 * DAY
const DELIVERIES_KEPT_MS = 90 * DAY

export async function tidyHealth(world: Pick<World, 'db' | 'now'>): Promise<void> {
  const now = world.now()
  await tidyPulse(world.db.q, { answers: later(now, -KEPT_MS), minutes: later(now, -KEPT_MS) })
  await forgetDeliveries(world.db.q, later(now, -DELIVERIES_KEPT_MS))
}
