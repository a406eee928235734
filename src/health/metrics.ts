import { Counter, collectDefaultMetrics, Gauge, Registry, register } from 'prom-client'
import { inboxState } from '../billing/index.ts'
import type { Queries } from '../db/index.ts'
import { corrections, countOpen } from '../findings/index.ts'
import { sellingState } from '../fleet/index.ts'
import { DAY, later } from '../kit/time.ts'
import { countersForOverview, STUCK_AFTER_MS } from '../orders/index.ts'
import type { World } from '../world.ts'
import { measureHealth } from './measure-health.ts'
import { waitingOrders } from './store/orders.ts'

/** What one page of metrics is made of, in the text format of Prometheus. */
export interface Metrics {
  contentType: string
  /** Asks the database once; any process answers the same but for its own `process_…` and `nodejs_…` lines. */
  text(): Promise<string>
}

/** Of the process alone; whoever counts something in it registers it there, by default. */
const process = register
let started = false

export function createMetrics(world: Pick<World, 'db' | 'now'>): Metrics {
  // Timers and hooks of the process itself: once, however many apps are made in it.
  if (!started) collectDefaultMetrics({ register: process })
  started = true
  return {
    contentType: process.contentType,
    text: async () => `${await process.metrics()}\n${await shopMetrics(world.db.q, world.now())}`,
  }
}

/** A registry for one page: what is gone from the database must not linger in a long-lived one. */
async function shopMetrics(q: Queries, now: Date): Promise<string> {
  const page = new Registry()
  const [counters, open, inbox, selling, corrected, waits] = await Promise.all([
    countersForOverview(q, { stuckBefore: later(now, -STUCK_AFTER_MS), deliveredSince: later(now, -DAY) }),
    countOpen(q),
    inboxState(q),
    sellingState(q, now),
    corrections(q),
    waitingOrders(q),
  ])
  const gauge = (name: string, help: string, value: number) => new Gauge({ name, help, registers: [page] }).set(value)
  const secondsSince = (at: Date | null) => (at === null ? 0 : Math.max(0, (now.getTime() - at.getTime()) / 1_000))

  const resync = new Counter({
    name: 'resync_corrections_total',
    help: 'Times that a sweep had to do what a hint should have done, by cause.',
    labelNames: ['cause'],
    registers: [page],
  })
  for (const [cause, count] of Object.entries(corrected)) resync.inc({ cause }, count)
  const orders = new Gauge({
    name: 'orders',
    help: 'Orders that want attention or are being worked on.',
    labelNames: ['state'],
    registers: [page],
  })
  for (const state of ['stuck', 'error', 'unprovisioned', 'working'] as const) orders.set({ state }, counters[state])
  gauge('orders_delivered_last_24_hours', 'Orders delivered in the last 24 hours.', counters.delivered24h)
  gauge('orders_live', 'Orders that have their server.', counters.live)
  gauge('orders_undelivered', 'Paid orders without their server.', waits.waiting)
  gauge(
    'oldest_undelivered_order_age_seconds',
    'Age of the oldest paid order without its server; 0: there is none.',
    secondsSince(waits.oldestPaidAt),
  )
  gauge('webhook_events_waiting', 'Events of Stripe that are stored and not worked off.', inbox.waiting)
  gauge('oldest_webhook_event_age_seconds', 'Age of the oldest of them; 0: there is none.', secondsSince(inbox.oldestReceivedAt))
  gauge('findings_open', 'Findings that nobody has mended yet.', open)
  gauge('shop_selling', '1: checkouts are opened; 0: the shop says that it sells nothing just now.', Number(selling.selling))
  const rest = await measureHealth(page, q, now)
  return `${await page.metrics()}\n${rest}`
}
