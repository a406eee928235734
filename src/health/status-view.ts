import type { Queries } from '../db/index.ts'
import { listFindings } from '../findings/index.ts'
import { sellingState } from '../fleet/index.ts'
import { DAY, later, secondsBetween } from '../kit/time.ts'
import type { StatusView } from './contract.ts'
import { everyHour, incidentsOf, rounded } from './rules/public.ts'
import { deliveredSince, waitingOrders } from './store/orders.ts'

const FINDINGS_MAX = 500

/** How the shop does, measured on its own orders of the last 24 hours. For everybody to read. */
export async function statusView(q: Queries, now: Date): Promise<StatusView> {
  const since = later(now, -DAY)
  const [selling, delivered, waits, findings] = await Promise.all([
    sellingState(q, now),
    deliveredSince(q, since),
    waitingOrders(q),
    listFindings(q, { status: 'open', limit: FINDINGS_MAX }),
  ])
  const critical = findings.filter((one) => one.severity === 'critical').map((one) => ({ kind: one.kind, openedAt: one.opened_at }))
  return {
    ...selling,
    delivered24h: delivered.delivered,
    medianSeconds: rounded(delivered.medianSeconds),
    p95Seconds: rounded(delivered.p95Seconds),
    waiting: waits.waiting,
    oldestWaitingSeconds: waits.oldestPaidAt && Math.max(0, secondsBetween(waits.oldestPaidAt, now)),
    incidents: incidentsOf(critical),
    hours: everyHour(since, delivered.hours),
    measuredAt: now.toISOString(),
  }
}
