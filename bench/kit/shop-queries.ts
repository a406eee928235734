import { inboxState, ordersOwing } from '../../src/billing/index.ts'
import type { Db } from '../../src/db/index.ts'
import { countOpen, listFindings } from '../../src/findings/index.ts'
import { nodeViews } from '../../src/fleet/index.ts'
import { overview, statusView } from '../../src/health/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { dueCheckouts, dueOrders, ordersWaitingForCapacity, presentForOps, searchForOps } from '../../src/orders/index.ts'
import { listOrders, lookAtOrder } from '../../src/orders/look-at-order.ts'
import { presentGame, presentShop } from '../../src/orders/present-shop.ts'
import { lateOrders } from '../../src/orders/store/late.ts'
import { claimWatched } from '../../src/servers/store/states.ts'

/** What one question is about: an order, its customer, and its place in the list. */
export interface Asked {
  orderId: string
  userId: string
  email: string
  serverName: string
  cursor: string
}

const STAFF: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }
const DAY_MS = 86_400_000

/** Everything that console, API and timers ask the database, as they ask it. */
export function shopQueries(db: Db): Record<string, (asked: Asked) => Promise<unknown>> {
  const { q } = db
  const now = () => new Date()
  const shop = { publicUrl: 'http://shop.test', supportUrl: 'mailto:help@shop.test', panelUrl: 'http://panel.test', app: 'givrwrld' }
  const world = { db, now, shop }
  const customer = (asked: Asked): Actor => ({ kind: 'user', id: asked.userId, role: 'customer' })
  const page = (query: object) => searchForOps(q, { filter: 'all', limit: 50, ...query }, now())
  return {
    'console: orders, first page': () => page({}),
    'console: orders, a later page': ({ cursor }) => page({ cursor }),
    'console: orders stuck': () => page({ filter: 'stuck' }),
    'console: orders in error': () => page({ filter: 'error' }),
    'console: orders unprovisioned': () => page({ filter: 'unprovisioned' }),
    'console: canceled, a later page': ({ cursor }) => page({ status: 'canceled', cursor }),
    'console: active, a later page': ({ cursor }) => page({ status: 'active', cursor }),
    'console: search by id': ({ orderId }) => page({ q: orderId }),
    'console: search by e-mail': ({ email }) => page({ q: email }),
    'console: search by name': ({ serverName }) => page({ q: serverName }),
    'console: search by a short name': () => page({ q: 'castle' }),
    'console: one order': ({ orderId }) => presentForOps(q, orderId, STAFF),
    'console: overview': () => overview(q, now()),
    'console: nodes': () => nodeViews(q),
    'console: findings open': () => listFindings(q, { status: 'open', limit: 50 }),
    'console: findings all': () => listFindings(q, { limit: 50 }),
    'api: status page': () => statusView(q, now()),
    'api: my orders': (asked) => listOrders(world, customer(asked), { limit: 50 }),
    'api: one order of mine': (asked) => lookAtOrder(world, { by: customer(asked), id: asked.orderId }),
    'api: shop': () => presentShop(world),
    'api: one game': () => presentGame(world, 'mc'),
    'timer: due orders': () => dueOrders(q, now(), 200),
    'timer: due checkouts': () => dueCheckouts(q, now(), 200),
    'timer: late orders': () => lateOrders(q, now(), 100),
    'timer: orders owing': () => ordersOwing(q, new Date(Date.now() - 30 * DAY_MS), 200),
    'timer: waiting for capacity': () => ordersWaitingForCapacity(q, { regionId: 'fra', after: null, limit: 200 }),
    'timer: installations to watch': () => claimWatched(q, new Date(0), now()),
    'timer: inbox': () => inboxState(q),
    'timer: findings counted': () => countOpen(q),
  }
}
