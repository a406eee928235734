import { drainInbox, reconcileCheckout, reconcileOrderMoney, sweepStripe, tendUnpaid } from '../../billing/index.ts'
import { syncEggs } from '../../catalog/index.ts'
import { openFinding } from '../../findings/index.ts'
import { syncFleet } from '../../fleet/index.ts'
import type { Tally } from '../../health/index.ts'
import { settled } from '../../kit/outcome.ts'
import { DAY, MINUTE, SECOND } from '../../kit/time.ts'
import { workingApart } from '../../kit/working.ts'
import type { Bell, Loop, Ticker, Worker } from '../../loop/index.ts'
import { sendDue } from '../../messages/index.ts'
import { addUpTotals, tendLateOrders } from '../../orders/index.ts'
import {
  giveUpServer,
  putOffServer,
  reconcileServer,
  SERVERS_SETTINGS,
  type ServersSettings,
  sweepPanel,
  watchInstalls,
} from '../../servers/index.ts'
import type { World } from '../../world.ts'
import { type KeepDays, keepAllPartitions } from '../partitioned.ts'
import { settingAside } from './set-aside.ts'
import { wakeDueCheckouts, wakeDueOrders, wakeOwing, wakeWaitingForCapacity } from './wake-due.ts'
import { watched } from './watch-health.ts'

export interface WorkerSettings extends KeepDays {
  unknownWaitMs: number
  installPollMs: number
  backfillMs: number
  paymentGraceDays: number
}

const serversSettings = ({ unknownWaitMs, installPollMs }: WorkerSettings): ServersSettings => ({
  ...SERVERS_SETTINGS,
  unknownWaitMs,
  firstLookMs: Math.min(SERVERS_SETTINGS.firstLookMs, installPollMs),
  watchEveryMs: installPollMs,
})

/** Operators look for jobs by the runbook's names. A checkout's id is that of the order to be. */
const aboutMoney = (orderId: string) => ({ fn: 'stripe-webhook', orderId })

/** Slots: a hanging panel holds at most the servers' slots and never those of the money. */
export function workersOf(world: World, settings: WorkerSettings): Worker[] {
  const servers: Worker = {
    queue: 'servers',
    slots: 8,
    about: (orderId) => ({ fn: 'servers-provision', orderId }),
    reconcile: (key, signal) => reconcileServer(world, key, signal, serversSettings(settings)),
  }
  const others: Worker[] = [
    { queue: 'order_money', slots: 3, about: aboutMoney, reconcile: (key, signal) => reconcileOrderMoney(world, key, signal) },
    { queue: 'checkouts', slots: 3, about: aboutMoney, reconcile: (key, signal) => reconcileCheckout(world, key, signal) },
    { queue: 'messages', slots: 1, reconcile: () => sendDue(world, openFinding) },
    {
      queue: 'capacity',
      slots: 1,
      async reconcile(region) {
        await wakeWaitingForCapacity(world, region)
        return settled()
      },
    },
  ]
  const hooks = {
    giveUp: (key: string) => giveUpServer(world, key),
    putOff: (key: string, until: Date) => putOffServer(world, key, until),
  }
  return [settingAside(world, servers, hooks), ...others.map((worker) => settingAside(world, worker))]
}

/** The sweeps behind the hints: each finds what a lost wake-up, webhook or NOTIFY left behind. */
export function tickersOf(world: World, settings: WorkerSettings): Ticker[] {
  return [
    { name: 'inbox', fn: 'stripe-webhook', everyMs: 2 * SECOND, tick: (signal) => drainAll(world, signal) },
    { name: 'due_orders', everyMs: 5 * SECOND, tick: () => wakeDueOrders(world) },
    { name: 'due_checkouts', everyMs: 15 * SECOND, tick: () => wakeDueCheckouts(world) },
    { name: 'owing', everyMs: MINUTE, tick: () => wakeOwing(world) },
    { name: 'unpaid_renewals', fn: 'stripe-webhook', everyMs: MINUTE, tick: () => tendUnpaid(world, settings) },
    { name: 'late_orders', everyMs: MINUTE, tick: async () => void (await tendLateOrders(world)) },
    { name: 'due_messages', everyMs: 10 * SECOND, tick: async () => void (await sendDue(world, openFinding)) },
    {
      name: 'watch_installs',
      fn: 'servers-provision',
      everyMs: settings.installPollMs,
      tick: async (signal) => void (await watchInstalls(world, signal, serversSettings(settings))),
    },
    { name: 'sync_fleet', everyMs: 5 * MINUTE, tick: async () => void (await syncFleet(world)) },
    { name: 'sync_eggs', everyMs: 15 * MINUTE, tick: async () => void (await syncEggs(world)) },
    { name: 'order_totals', everyMs: MINUTE, tick: () => addUpTotals(world.db.q) },
    { name: 'partitions', everyMs: DAY, tick: () => keepAllPartitions(world, settings) },
    { name: 'sweep_panel', everyMs: 10 * MINUTE, tick: async (signal) => void (await sweepPanel(world, signal)) },
    {
      name: 'sweep_stripe',
      fn: 'stripe-webhook',
      everyMs: settings.backfillMs,
      tick: async (signal) => void (await sweepStripe(world, signal, { settlingMs: Math.min(MINUTE, settings.backfillMs) })),
    },
  ]
}

async function drainAll(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await drainInbox(world, 50)) > 0);
}

/** Starts everything that works in the background, and hears the webhook's bell. */
export async function startWorkers(world: World, loop: Loop, bell: Bell, settings: WorkerSettings & { tally: Tally }): Promise<void> {
  const tickers = tickersOf(world, settings).map((ticker) => watched(ticker, settings.tally))
  await loop.startWorkers(workersOf(world, settings), tickers)
  const drain = () => workingApart({ fn: 'stripe-webhook' }, () => drainAll(world, new AbortController().signal))
  await bell.listen(fewAtOnce(world, DRAINS_MAX, drain))
}

/** An event that comes while others are worked on need not wait for them; more at once would be more than Stripe allows. */
const DRAINS_MAX = 2

/** Runs `act` for every call, at most `max` at once; calls beyond that make one more run after them. */
function fewAtOnce(world: World, max: number, act: () => Promise<void>): () => void {
  let running = 0
  let more = false
  const run = async () => {
    running += 1
    await act().catch((error) => world.log.error({ err: error }, 'draining the webhook inbox failed; the timer tries again'))
    running -= 1
    if (!more) return
    more = false
    void run()
  }
  return () => {
    if (running < max) void run()
    else more = true
  }
}
