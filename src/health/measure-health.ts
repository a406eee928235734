import { Gauge, type Registry } from 'prom-client'
import type { Queries } from '../db/index.ts'
import { DAY, HOUR, later } from '../kit/time.ts'
import { BOUNDS, errorBudget, SLO } from './rules/slo.ts'
import { successRate } from './rules/steps.ts'
import { countFiring } from './store/alerts.ts'
import { channelStates, readChannels } from './store/channels.ts'
import { cohorts, exactPercentiles, sloSums } from './store/hours.ts'
import { answersSince, budgetNow } from './store/minutes.ts'
import { livingProcesses, livingTickers, workersState } from './store/pulse.ts'
import { stripeHealth } from './store/stripe.ts'
import { totalBuckets } from './store/sums.ts'

/** How provisioning does, who lives, what fires, who could not be told. @returns what the library cannot write itself */
export async function measureHealth(page: Registry, q: Queries, now: Date): Promise<string> {
  const anHourAgo = later(now, -HOUR)
  const [firing, hour, percentiles, slo, totals, budget, processes, workers, tickers, stripe, answers, channels, states] =
    await Promise.all([
      countFiring(q),
      cohorts(q, { from: anHourAgo, to: now, stepSeconds: HOUR / 1_000, now }),
      exactPercentiles(q, { from: anHourAgo, to: now, now }),
      sloSums(q, later(now, -SLO.days * DAY)),
      totalBuckets(q),
      budgetNow(q, now),
      livingProcesses(q),
      workersState(q),
      livingTickers(q),
      stripeHealth(q),
      answersSince(q, anHourAgo),
      readChannels(q),
      channelStates(q),
    ])
  const gauge = (name: string, help: string, value: number | null) => {
    const made = new Gauge({ name, help, registers: [page] })
    // What was not measured is left out: a nought would say something.
    if (value === null) made.remove()
    else made.set(value)
  }
  const gauges = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers: [page] })

  const fires = gauges('alerts_firing', 'Alerts that fire, by rule.', ['rule', 'severity'])
  for (const { rule, severity, count } of firing) fires.set({ rule, severity }, count)
  const [paid] = hour
  gauge(
    'provisioning_success_ratio',
    'Of the orders paid in the last hour whose five minutes are over, how many have their server.',
    paid ? successRate(paid) : null,
  )
  const seconds = gauges('provisioning_last_hour_seconds', 'From paid to provisioned, of the orders paid in the last hour.', ['quantile'])
  if (percentiles.p50 !== null) seconds.set({ quantile: '0.5' }, percentiles.p50)
  if (percentiles.p95 !== null) seconds.set({ quantile: '0.95' }, percentiles.p95)
  const { compliance, left } = errorBudget(slo)
  gauge('provisioning_slo_target_ratio', 'What is promised: this share of orders within five minutes.', SLO.target)
  gauge('provisioning_slo_compliance_ratio', 'What was kept of it over 30 days.', compliance)
  gauge(
    'provisioning_error_budget_left_ratio',
    'Share of the late orders that the promise allows and that did not happen; below 0: overspent.',
    left,
  )
  gauge('panel_budget_calls_limit', 'Calls a minute that the panel allows us.', budget.limit)
  gauge('panel_budget_calls_used', 'Of these, used in the present minute.', budget.used)
  const alive = gauges('processes_alive', 'Processes of the product heard of in the last 30 seconds.', ['role'])
  for (const role of ['all', 'web', 'worker']) alive.set({ role }, processes.filter((one) => one.role === role).length)
  const offset = gauges(
    'process_clock_offset_seconds',
    'How far a process’s clock is ahead of the database’s, as far as that is certain.',
    ['host', 'role', 'pid'],
  )
  for (const { host, role, pid, clockOffsetMs } of processes) offset.set({ host, role, pid: String(pid) }, clockOffsetMs / 1_000)
  gauge('worker_silent_seconds', 'Since the last sign of life of any worker.', workers.silentSeconds)
  const silent = gauges('task_silent_seconds', 'Since a timed task last succeeded.', ['task'])
  const every = gauges('task_interval_seconds', 'How often it is to run.', ['task'])
  for (const { name, silentSeconds, everySeconds } of tickers) {
    silent.set({ task: name }, silentSeconds)
    every.set({ task: name }, everySeconds)
  }
  const answered = gauges('answers_last_hour', 'Answers of the last hour, ours and (panel-create) the panel’s.', ['route', 'status_class'])
  for (const { route, statusClass, count } of answers) answered.set({ route, status_class: statusClass }, count)
  gauge(
    'stripe_endpoint_enabled',
    '1: Stripe has our webhook endpoint enabled; 0: disabled, or there is none.',
    stripe.endpoint === 'unknown' ? null : Number(stripe.endpoint === 'enabled'),
  )
  gauge('stripe_events_undelivered', 'Events that Stripe could not deliver to us.', stripe.undelivered)
  const waiting = gauges('alert_deliveries_waiting', 'Notices that a channel has not taken yet.', ['channel', 'kind'])
  for (const { id, name, kind } of channels) waiting.set({ channel: name, kind }, states.find((one) => one.id === id)?.waiting ?? 0)
  return histogram('provisioning_seconds', 'From paid to provisioned, of every order delivered.', totals)
}

/** In the text format: the library counts its own observations, and ours are counted already. */
function histogram(name: string, help: string, { buckets, sum }: { buckets: number[]; sum: number }): string {
  let below = 0
  const lines = BOUNDS.map((bound, i) => {
    below += buckets[i] ?? 0
    return `${name}_bucket{le="${bound}"} ${below}`
  })
  const count = below + (buckets[BOUNDS.length] ?? 0)
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...lines,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
    '',
  ].join('\n')
}
