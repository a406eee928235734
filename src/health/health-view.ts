import type { Queries } from '../db/index.ts'
import { DAY, HOUR, later, MINUTE } from '../kit/time.ts'
import { countersForOverview, STUCK_AFTER_MS } from '../orders/index.ts'
import type { HealthView, HealthWindow } from './contract.ts'
import { addBuckets, errorBudget, noBuckets, quantile, SLO } from './rules/slo.ts'
import { everyStep, mergedHours, type StepSums, successRate } from './rules/steps.ts'
import { countFiring } from './store/alerts.ts'
import { ordersToSee, WEBHOOK } from './store/figures.ts'
import { cohorts, exactPercentiles, hourOf, hoursSince, sloSums } from './store/hours.ts'
import { answerPoints, budgetNow, minutePoints, queueNow } from './store/minutes.ts'
import { livingProcesses, livingTickers } from './store/pulse.ts'
import { stripeHealth } from './store/stripe.ts'

/** How a window is divided; hours are counted whole, so those of day and week begin at a full hour. */
const STEPS: Record<HealthWindow, { ms: number; steps: number }> = {
  hour: { ms: 5 * MINUTE, steps: 12 },
  day: { ms: HOUR, steps: 24 },
  week: { ms: 6 * HOUR, steps: 28 },
}

interface Stretch {
  from: Date
  now: Date
  stepMs: number
}

/** What an operator asks first: what is stuck, how provisioning does, what of the promise is left. Reads what is alive, and hours. */
export async function healthView(q: Queries, window: HealthWindow, now: Date): Promise<HealthView> {
  const { ms: stepMs, steps } = STEPS[window]
  const from = window === 'hour' ? later(now, -HOUR) : later(hourOf(now), HOUR - steps * stepMs)
  const stretch = { from, now, stepMs }
  const stepSeconds = stepMs / 1_000
  const [counters, queue, orders, sums, slo, answers, minutes, stripe, budget, processes, tasks, firing] = await Promise.all([
    countersForOverview(q, { stuckBefore: later(now, -STUCK_AFTER_MS), deliveredSince: later(now, -DAY) }),
    queueNow(q, now),
    ordersToSee(q, { now, stuckAfterMs: STUCK_AFTER_MS }),
    window === 'hour' ? fromOrders(q, stretch) : fromHours(q, stretch),
    sloSums(q, later(now, -SLO.days * DAY)),
    answerPoints(q, { from, stepSeconds, route: WEBHOOK }),
    minutePoints(q, { from, stepSeconds }),
    stripeHealth(q),
    budgetNow(q, now),
    livingProcesses(q),
    livingTickers(q),
    countFiring(q),
  ])
  const { steps: cohort, p50, p95 } = sums
  const total = (pick: (one: StepSums) => number) => cohort.reduce((sum, one) => sum + pick(one), 0)
  const whole = {
    paid: total((one) => one.paid),
    delivered: total((one) => one.delivered),
    late: total((one) => one.late),
    inTime: total((one) => one.inTime),
  }
  const fires = (severity: string) => firing.reduce((sum, one) => sum + (one.severity === severity ? one.count : 0), 0)
  return {
    window,
    from: from.toISOString(),
    measuredAt: now.toISOString(),
    now: {
      stuck: counters.stuck,
      inError: queue.inError,
      waiting: queue.waiting,
      working: queue.working,
      oldestWaitingSeconds: queue.oldestWaitingSeconds,
      queueSeconds: queue.queueSeconds,
      orders: orders.map((one) => ({ ...one, status: one.status === 'error' ? 'error' : 'paid', seconds: Math.round(one.seconds) })),
    },
    provisioning: {
      paid: whole.paid,
      delivered: whole.delivered,
      late: whole.late,
      failed: total((one) => one.failed),
      waiting: total((one) => one.waiting),
      successRate: successRate(whole),
      p50Seconds: p50,
      p95Seconds: p95,
    },
    slo: { ...sloView(slo), target: SLO.target, seconds: SLO.seconds, days: SLO.days },
    webhooks: {
      answered: answers.reduce((sum, one) => sum + one.ok, 0),
      failed: answers.reduce((sum, one) => sum + one.failed, 0),
      waiting: queue.inboxWaiting,
      failing: queue.inboxFailing,
      oldestWaitingSeconds: queue.inboxOldestSeconds,
      stripe: {
        endpoint: stripe.endpoint,
        url: stripe.endpointUrl,
        undelivered: stripe.undelivered,
        undeliveredSince: iso(stripe.undeliveredSince),
        undeliveredTypes: stripe.undeliveredTypes,
        askedAt: iso(stripe.askedAt),
        askError: stripe.askError,
      },
    },
    budget: { limit: budget.limit, used: budget.used, blockedUntil: iso(budget.blockedUntil) },
    processes: processes.map((one) => ({ ...one, startedAt: one.startedAt.toISOString(), lastSeenAt: one.lastSeenAt.toISOString() })),
    tasks: tasks.map(({ lastOkAt, lastErrorAt: _, ...one }) => ({
      ...one,
      silentSeconds: Math.round(one.silentSeconds),
      lastOkAt: iso(lastOkAt),
    })),
    alerts: { critical: fires('critical'), warning: fires('warning') },
    stepSeconds,
    points: everyStep({ from, stepMs, count: steps }, { cohort, answers, minutes }),
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

function sloView(sums: { inTime: number; late: number }) {
  const { left: budgetLeft, ...rest } = errorBudget(sums)
  return { ...rest, budgetLeft }
}

interface Sums {
  steps: StepSums[]
  p50: number | null
  p95: number | null
}

/** An hour's orders are few enough to read. */
async function fromOrders(q: Queries, { from, now, stepMs }: Stretch): Promise<Sums> {
  const ask = { from, to: now, now }
  const [steps, exact] = await Promise.all([cohorts(q, { ...ask, stepSeconds: stepMs / 1_000 }), exactPercentiles(q, ask)])
  return { steps, ...exact }
}

/** Percentiles over many hours are read from their buckets. */
async function fromHours(q: Queries, { from, stepMs }: Stretch): Promise<Sums> {
  const hours = await hoursSince(q, from)
  const buckets = hours.reduce((sum, hour) => addBuckets(sum, hour.buckets), noBuckets())
  return { steps: mergedHours(hours, { from, stepMs }), p50: quantile(buckets, 0.5), p95: quantile(buckets, 0.95) }
}
