import { readDeeds } from '../../src/audit/index.ts'
import type { Db } from '../../src/db/index.ts'
import { countOpen, searchFindings } from '../../src/findings/index.ts'
import { nodeViews } from '../../src/fleet/index.ts'
import { healthView } from '../../src/health/health-view.ts'
import { overview, statusView } from '../../src/health/index.ts'
import { createMetrics } from '../../src/health/metrics.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { writeNumber } from '../../src/kit/cursor.ts'
import { presentForOps, searchForOps } from '../../src/orders/index.ts'
import { readTimeline } from '../../src/orders/present-ops.ts'
import type { Asked } from './shop-queries.ts'

const STAFF: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }

/** What operators' pages ask. */
export function consoleQueries(db: Db): Record<string, (asked: Asked) => Promise<unknown>> {
  const { q } = db
  const now = () => new Date()
  const page = (query: object) => searchForOps(q, { filter: 'all', limit: 50, ...query }, now())
  const findings = (query: object) => searchFindings(q, { limit: 50, ...query })
  const metrics = createMetrics({ db, now })
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
    'console: search by an old beginning': () => page({ q: 'castle 99' }),
    'console: one order': ({ orderId }) => presentForOps(q, orderId, STAFF),
    'console: timeline, an earlier page': ({ orderId }) => readTimeline(q, orderId, { cursor: writeNumber(2 ** 40), limit: 50 }),
    'console: overview': () => overview(q, now()),
    'console: nodes, first page': () => nodeViews(q, { limit: 51 }),
    'console: nodes, a later page': () => nodeViews(q, { after: 20, limit: 51 }),
    'console: findings open': () => findings({ status: 'open' }),
    'console: findings resolved': () => findings({ status: 'resolved' }),
    'console: findings all': () => findings({}),
    'console: critical findings': () => findings({ status: 'open', severity: 'critical' }),
    'console: findings of a kind': () => findings({ kind: 'servers.wrong_owner' }),
    'console: findings counted': () => countOpen(q),
    'console: health, an hour': () => healthView(q, 'hour', now()),
    'console: health, a day': () => healthView(q, 'day', now()),
    'console: health, a week': () => healthView(q, 'week', now()),
    'console: audit, first page': () => readDeeds(q, { limit: 50 }),
    'console: audit of an order': ({ orderId }) => readDeeds(q, { target: orderId, limit: 50 }),
    'console: audit of a deed': () => readDeeds(q, { did: 'orders.retry', limit: 50 }),
    'api: status page': () => statusView(q, now()),
    'api: metrics': () => metrics.text(),
  }
}
