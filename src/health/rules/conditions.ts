import type { AgedOrder, Figures } from './figures.ts'
import { minutes, orders, ratio, timed } from './words.ts'

/** One thing that a rule measured: whether it is too much is decided by its value alone. */
export interface Sighting {
  /** What it is about: `orders`, `node:3`, `sweep_panel`. */
  subject: string
  /** In the rule's unit. */
  value: number
  summary: string
  evidence: Record<string, unknown>
}
export interface Condition {
  title: string
  severity: 'critical' | 'warning'
  threshold: number
  unit: string
  /** For how long it must be so before it fires. */
  forSeconds: number
  /** `over`: more than the threshold. `at_least`: as much is too much already. */
  when: 'over' | 'at_least'
  /** Open, it is over once the value is below this part of the threshold; left out: below the threshold. */
  clearAt?: number
  /** What to do, for an operator on shift. */
  remedy: string
  measure(figures: Figures, threshold: number): Sighting[]
}

const one = (subject: string, value: number, summary: string, evidence: Record<string, unknown> = {}): Sighting[] => [
  { subject, value, summary, evidence },
]
const listed = (list: AgedOrder[]) =>
  list.map(({ id, status, seconds, cause }) => ({ order: id, status, minutes: minutes(seconds), cause }))
const slower = (list: AgedOrder[], thresholdMinutes: number) => list.filter(({ seconds }) => seconds / 60 > thresholdMinutes)

/** Every condition that the shop alerts on, by the id of its rule. Thresholds are defaults: operators change them in `alert_rules`. */
export const CONDITIONS: Record<string, Condition> = {
  provisioning_5xx: {
    title: 'Provisioning answers with errors',
    severity: 'critical',
    threshold: 1,
    unit: 'answers of 5xx in 5 minutes',
    forSeconds: 0,
    when: 'at_least',
    remedy: 'Look at the log lines of servers-provision, then at the orders that stand in error; see “If provisioning completely fails”.',
    measure: ({ answered5xx: { provision } }) =>
      one('servers-provision', provision, `servers-provision answered ${timed(provision)} with 5xx in the last 5 minutes.`),
  },
  webhook_5xx: {
    title: 'The webhook answers with errors',
    severity: 'critical',
    threshold: 1,
    unit: 'answers of 5xx in 5 minutes',
    forSeconds: 0,
    when: 'at_least',
    remedy:
      'Look at the log lines of stripe-webhook and at the database. Stripe sends the events again by itself; the sweep brings what it gives up.',
    measure: ({ answered5xx: { webhook } }) =>
      one('stripe-webhook', webhook, `stripe-webhook answered ${timed(webhook)} with 5xx in the last 5 minutes.`),
  },
  order_stuck: {
    title: 'Orders are stuck in paid',
    severity: 'critical',
    threshold: 15,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Open the orders: each says why it waits. Mend the cause, then retry.',
    measure({ paid }, threshold) {
      const stuck = slower(paid, threshold)
      const [oldest] = paid
      return oldest
        ? one(
            'orders',
            oldest.seconds / 60,
            `${orders(stuck.length)} in paid for over ${threshold} minutes; the oldest for ${minutes(oldest.seconds)}.`,
            {
              orders: listed(stuck),
            },
          )
        : []
    },
  },
  orders_in_error: {
    title: 'Several orders in error',
    severity: 'critical',
    threshold: 2,
    unit: 'orders',
    forSeconds: 0,
    when: 'at_least',
    remedy: 'They wait for a person: open each, do what its next step says, then retry.',
    measure: ({ inError }) => one('orders', inError.count, `${orders(inError.count)} in error.`, { orders: listed(inError.orders) }),
  },
  oldest_unfulfilled: {
    title: 'A paid order has had no server for long',
    severity: 'critical',
    threshold: 60,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Open the order: mend what it waits for and retry, or cancel it and give the money back.',
    measure: ({ unfulfilled: { count, oldest } }) =>
      oldest
        ? one('orders', oldest.seconds / 60, `The oldest of ${orders(count)} without a server was paid ${minutes(oldest.seconds)} ago.`, {
            orders: listed([oldest]),
          })
        : [],
  },
  worker_dead: {
    title: 'No worker is heard of',
    severity: 'critical',
    threshold: 60,
    unit: 'seconds',
    forSeconds: 10,
    when: 'over',
    remedy:
      'Start a worker: `bin/givrwrld serve --role worker`. Its predecessor’s last log lines say why it ended. Nothing is lost meanwhile.',
    measure: ({ workers: { alive, silentSeconds } }) =>
      one('workers', silentSeconds, `Nothing was heard of any worker for ${minutes(silentSeconds)}: paid orders wait.`, { alive }),
  },
  sweep_dead: {
    title: 'A timed task does not get through',
    severity: 'critical',
    threshold: 3,
    unit: 'times its interval',
    forSeconds: 15,
    when: 'over',
    remedy: 'Its last error says why. Sweeps bring what webhooks and wake-ups miss, so mend it before something is missed.',
    measure: ({ tickers }) =>
      tickers.map(({ name, everySeconds, silentSeconds, lastError }) => ({
        subject: name,
        // What runs every second or two may fail for a minute.
        value: silentSeconds / Math.max(SHORTEST_SECONDS, everySeconds),
        summary: `The timed task ${name} has not succeeded for ${minutes(silentSeconds)}.`,
        evidence: { everySeconds, silentSeconds: Math.round(silentSeconds), lastError },
      })),
  },
  panel_key_refused: {
    title: 'The panel refuses our key',
    severity: 'critical',
    threshold: 0,
    unit: 'seconds',
    forSeconds: 0,
    when: 'at_least',
    remedy:
      'Check PTERO_APP_KEY and the permissions of that key on the panel. Orders wait and go on by themselves; the shop sells nothing meanwhile.',
    measure: ({ panel: { refusedSeconds } }) =>
      refusedSeconds === null
        ? []
        : one('panel', refusedSeconds, `The panel has refused our application key for ${minutes(refusedSeconds)}.`),
  },
  panel_unreachable: {
    title: 'The panel cannot be reached',
    severity: 'critical',
    threshold: 10,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy:
      'Open PANEL_URL in a browser and look at the panel’s host. Orders wait and go on by themselves; the shop sells nothing meanwhile.',
    measure: ({ panel: { unreachableSeconds } }) =>
      unreachableSeconds === null
        ? []
        : one('panel', unreachableSeconds / 60, `The panel has not answered for ${minutes(unreachableSeconds)}.`),
  },
  stripe_key_refused: {
    title: 'Stripe refuses our key',
    severity: 'critical',
    threshold: 0,
    unit: 'seconds',
    forSeconds: 0,
    when: 'at_least',
    remedy: 'Check STRIPE_SECRET_KEY and the permissions of that key in Stripe’s dashboard. Nothing can be bought or refunded meanwhile.',
    measure: ({ stripe: { refusedSeconds } }) =>
      refusedSeconds === null ? [] : one('stripe', refusedSeconds, `Stripe has refused our key for ${minutes(refusedSeconds)}.`),
  },
  stripe_unreachable: {
    title: 'Stripe cannot be reached',
    severity: 'critical',
    threshold: 10,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Look at status.stripe.com and at our way out to api.stripe.com. Nothing is lost: webhooks and the sweep bring the rest.',
    measure: ({ stripe: { unreachableSeconds } }) =>
      unreachableSeconds === null
        ? []
        : one('stripe', unreachableSeconds / 60, `Stripe has not answered for ${minutes(unreachableSeconds)}.`),
  },
  brake_tripped: {
    title: 'The sweep’s brake has tripped',
    severity: 'critical',
    threshold: 0,
    unit: 'seconds',
    forSeconds: 0,
    when: 'at_least',
    remedy: 'Read the finding and look at the panel before you agree: `findings list`, then repair it to let the sweep go on.',
    measure: ({ brakes }) =>
      brakes.map(({ kind, summary, ageSeconds }) => ({ subject: kind, value: ageSeconds, summary, evidence: { finding: kind } })),
  },
  webhook_endpoint: {
    title: 'Stripe’s webhook endpoint is off',
    severity: 'critical',
    threshold: 1,
    unit: 'endpoints',
    forSeconds: 0,
    when: 'at_least',
    remedy:
      'Enable the endpoint in Stripe’s dashboard, or make it again with its secret in STRIPE_WEBHOOK_SECRET. Until then the sweep brings the events.',
    measure: ({ endpoint: { state, url } }) =>
      state === 'disabled' || state === 'missing'
        ? one(
            'endpoint',
            1,
            state === 'disabled' ? 'Stripe has our webhook endpoint disabled.' : 'Stripe has no webhook endpoint of ours.',
            { state, url },
          )
        : [],
  },
  webhook_stuck: {
    title: 'Webhook events are not worked off',
    severity: 'critical',
    threshold: 10,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Its last error says why; events are tried again by themselves. See the findings billing.event_stuck.',
    measure: ({ inbox: { waiting, failing, oldestSeconds, lastError } }) =>
      waiting === 0
        ? []
        : one(
            'inbox',
            oldestSeconds / 60,
            `${waiting} events of Stripe wait in our inbox, the oldest for ${minutes(oldestSeconds)}; ${failing} failed before.`,
            {
              waiting,
              failing,
              lastError,
            },
          ),
  },
  clock_wrong: {
    title: 'A clock is wrong',
    severity: 'critical',
    threshold: 5,
    unit: 'seconds',
    forSeconds: 10,
    when: 'over',
    remedy: 'Let the host keep time (chrony, systemd-timesyncd). Signatures and payment pages fail when clocks differ by minutes.',
    measure: ({ clocks }) =>
      clocks.map(({ host, role, pid, offsetSeconds }) => ({
        subject: `${host}:${role}:${pid}`,
        value: Math.abs(offsetSeconds),
        summary: `The clock of ${host} (${role}, process ${pid}) is ${Math.abs(offsetSeconds).toFixed(1)} s ${offsetSeconds > 0 ? 'ahead of' : 'behind'} the database’s.`,
        evidence: { host, role, pid, offsetSeconds },
      })),
  },
  channel_failing: {
    title: 'A channel does not take our alerts',
    severity: 'critical',
    threshold: 10,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy:
      'Send a test from the channel’s page; make its address anew where it is refused. What was not told is sent when it works again.',
    measure: ({ channels }) =>
      channels.map(({ id, name, kind, failingSeconds, lastError }) => ({
        subject: `channel:${id}`,
        value: failingSeconds / 60,
        summary: `The ${kind} channel “${name}” has taken nothing for ${minutes(failingSeconds)}.`,
        evidence: { channel: id, lastError },
      })),
  },
  provisioning_errors: {
    title: 'Provisioning fails too often',
    severity: 'warning',
    threshold: 5,
    unit: '% of the last hour’s tries',
    forSeconds: 0,
    when: 'over',
    clearAt: 0.9,
    remedy: 'Look at the causes of the orders that failed: the same node, egg or field?',
    measure: ({ provisioning: { tries, failed } }) =>
      tries === 0
        ? []
        : one(
            'provisioning',
            (failed / tries) * 100,
            `${failed} of ${tries} tries to make a server failed in the last hour (${ratio(failed / tries)}).`,
            {
              tries,
              failed,
            },
          ),
  },
  provisioning_slow: {
    title: 'Orders take long to provision',
    severity: 'warning',
    threshold: 5,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Look at the timelines: is it the installation, the panel’s answers, or a queue?',
    measure({ slowest }, threshold) {
      const slow = slower(slowest, threshold)
      const [worst] = slowest
      return worst
        ? one(
            'orders',
            worst.seconds / 60,
            `${orders(slow.length)} of the last hour took over ${threshold} minutes; the slowest ${minutes(worst.seconds)}.`,
            {
              orders: listed(slow),
            },
          )
        : []
    },
  },
  webhook_undelivered: {
    title: 'Stripe could not deliver events',
    severity: 'warning',
    threshold: 10,
    unit: 'minutes',
    forSeconds: 0,
    when: 'over',
    remedy: 'Look at the endpoint’s deliveries in Stripe’s dashboard; resend what failed. The sweep has brought what mattered.',
    measure: ({ undelivered: { count, oldestSeconds, types } }) =>
      count === 0
        ? []
        : one(
            'events',
            oldestSeconds / 60,
            `Stripe could not deliver ${count} events to us, the oldest of ${minutes(oldestSeconds)} ago.`,
            { count, types },
          ),
  },
  node_capacity: {
    title: 'A node is nearly full',
    severity: 'warning',
    threshold: 80,
    unit: '% of what it may sell',
    forSeconds: 0,
    when: 'over',
    clearAt: 0.975,
    remedy: 'Add a node to the region, or move servers. A full region sells nothing.',
    measure: ({ nodes }) =>
      nodes.map(({ id, name, usedPercent }) => ({
        subject: `node:${id}`,
        value: usedPercent,
        summary: `${name} is ${usedPercent.toFixed(1)} % full.`,
        evidence: { node: name },
      })),
  },
}

const SHORTEST_SECONDS = 20

/** Whether a value fires the rule, or keeps an alert that is open from ending. */
export function isTooMuch(condition: Condition, value: number, threshold: number, open: boolean): boolean {
  const limit = open ? threshold * (condition.clearAt ?? 1) : threshold
  return condition.when === 'over' ? value > limit : value >= limit
}
