import { inboxState, ordersOwing, ordersToPrice } from '../../src/billing/index.ts'
import { claimEvents, newestEventAt } from '../../src/billing/store/inbox.ts'
import { sessionsWithOrder } from '../../src/billing/store/sweep.ts'
import type { Db } from '../../src/db/index.ts'
import { openAmong, openFindingsAbout } from '../../src/findings/index.ts'
import { sampleMinute } from '../../src/health/index.ts'
import { readFigures } from '../../src/health/store/figures.ts'
import { countHours, hourOf } from '../../src/health/store/hours.ts'
import { broughtByWebhook } from '../../src/health/store/stripe.ts'
import { DAY, HOUR, later } from '../../src/kit/time.ts'
import { claimDue, nextDueAt } from '../../src/messages/store.ts'
import { dueCheckouts, dueOrders, ordersWaitingForCapacity } from '../../src/orders/index.ts'
import { lateOrders } from '../../src/orders/store/late.ts'
import * as records from '../../src/servers/store/records.ts'
import { seenOfMany } from '../../src/servers/store/seen.ts'
import { claimWatched } from '../../src/servers/store/states.ts'
import { actsSince, fleetSize } from '../../src/servers/store/sweep.ts'
import { notListed, wordsOf } from '../../src/servers/store/words.ts'
import { RESTARTED } from '../../src/servers/watch-installs.ts'
import type { Asked } from './shop-queries.ts'

const LONG_AGO = new Date(0)
const MISSING = 'servers.missing'

/** What timed tasks and sweeps ask. */
export function timerQueries(db: Db): Record<string, (asked: Asked) => Promise<unknown>> {
  const { q } = db
  const now = () => new Date()
  const ago = (ms: number) => later(now(), -ms)
  return {
    'timer: due orders': () => dueOrders(q, now(), 200),
    'timer: due checkouts': () => dueCheckouts(q, now(), 200),
    'timer: late orders': () => lateOrders(q, now(), 100),
    'timer: orders owing': () => ordersOwing(q, ago(30 * DAY), 200),
    'timer: orders to price': () => ordersToPrice(q, 200),
    'timer: waiting for capacity': () => ordersWaitingForCapacity(q, { regionId: 'fra', after: null, limit: 200 }),
    'timer: waiting for the key': () => records.ordersWaitingForKey(q, 200),
    'timer: installations to watch': () => claimWatched(q, LONG_AGO, now()),
    'timer: inbox': () => inboxState(q),
    'timer: events to handle': () => claimEvents(q, { now: now(), leaseUntil: now(), limit: 50 }),
    'timer: mails to send': () => claimDue(q, { at: now(), leaseMs: 0, limit: 50 }),
    'timer: the next mail': () => nextDueAt(q),
    'timer: figures of the alerts': () => readFigures(q, now()),
    'timer: a minute of health': () => sampleMinute({ db, now }),
    'timer: an hour of orders': () => countHours(q, { from: hourOf(ago(HOUR)), to: hourOf(now()), now: now() }),
    'sweep: size of the fleet': () => fleetSize(q),
    'sweep: what it did': () => actsSince(q, ago(HOUR), []),
    'sweep: words on a page': ({ others }) => wordsOf(q, others),
    'sweep: not on a page': () => notListed(q, { after: 5_000, upTo: 10_000, listed: [], named: MISSING, limit: 100 }),
    'sweep: seen before': ({ others }) => seenOfMany(q, others),
    'sweep: findings of a page': ({ others }) => openAmong(q, { type: 'order', ids: others, kinds: [MISSING] }),
    'sweep: leaked holds': () => records.leakedHolds(q, { after: null, before: ago(HOUR), limit: 10 }),
    'sweep: forgotten orders': () => records.forgottenOrders(q, 200),
    'sweep: accounts without server': ({ userId }) => records.accountsWithoutServer(q, { after: userId, limit: 10 }),
    'sweep: doubtful installations': () => records.doubtfulInstalls(q, { since: ago(DAY), remark: RESTARTED, kind: MISSING, limit: 10 }),
    'sweep: lost ports': () => records.lostAllocations(q, 200),
    'sweep: findings settled': () => records.settledByRows(q, 200),
    'sweep: findings about an order': ({ orderId }) => openFindingsAbout(q, { type: 'order', id: orderId }),
    'timer: orders told to be late': () => openFindingsAbout(q, { type: 'order', kind: 'orders.late' }),
    'sweep: the last event': () => newestEventAt(q),
    'sweep: sessions with an order': ({ others }) =>
      sessionsWithOrder(
        q,
        others.map((id) => `cs_${id}`),
      ),
    'sweep: events that came': ({ others }) =>
      broughtByWebhook(
        q,
        others.map((id) => `evt_${id}`),
      ),
  }
}
