import type { z } from 'zod'
import { planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { reservationOf } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import { isUuid } from '../kit/ids.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { OpsOrderDetail, OpsOrderQuery, OpsOrderRow } from './contract.ts'
import { badCursor, noSuchOrder } from './errors.ts'
import type { PlanChange } from './order.ts'
import { retryRefusal } from './rules.ts'
import { type OpsRow, opsRowById, searchOrders } from './store/ops.ts'
import { timelineOf } from './store/timeline.ts'

/** The runbook's measure: paid, and nothing done for ten minutes. */
export const STUCK_AFTER_MS = 10 * MINUTE
const TIMELINE_MAX = 500

export async function searchForOps(q: Queries, query: z.output<typeof OpsOrderQuery>, now: Date) {
  const found = await searchOrders(q, {
    filter: query.filter,
    status: query.status,
    q: query.q?.trim() || undefined,
    stuckBefore: later(now, -STUCK_AFTER_MS),
    after: query.cursor ? readCursor(query.cursor) : null,
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return { items: page.map(presentRow), nextCursor: found.length > page.length && last ? writeCursor(last) : null }
}

const writeCursor = ({ order }: OpsRow) => Buffer.from(`${order.createdAt.toISOString()} ${order.id}`).toString('base64url')

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const createdAt = new Date(at)
  // PostgreSQL knows no years as far back, or ahead, as JavaScript does.
  if (!/^\d{4}-/.test(at) || Number.isNaN(createdAt.getTime()) || !isUuid(id)) throw badCursor()
  return { createdAt, id }
}

const presentRow = ({ order, customerEmail, node }: OpsRow): OpsOrderRow => ({
  id: order.id,
  customerId: order.userId,
  customerEmail,
  serverName: order.serverName,
  planId: order.planId,
  status: order.status,
  node,
  pterodactylServerIdentifier: order.pterodactylServerIdentifier,
  createdAt: order.createdAt.toISOString(),
  updatedAt: order.updatedAt.toISOString(),
  nextCheckAt: order.nextCheckAt?.toISOString() ?? null,
  attempts: order.failureCount,
  failure: order.failure,
  suspended: order.suspendedAt !== null,
})

const presentPlanChange = ({ from, to, askedAt, resizedAt, pricedAt }: PlanChange) => ({
  from,
  to,
  askedAt: askedAt.toISOString(),
  resizedAt: resizedAt?.toISOString() ?? null,
  pricedAt: pricedAt?.toISOString() ?? null,
})

/** Everything about one order: throws `orders.unknown`. */
export async function presentForOps(q: Queries, id: string, by: Actor): Promise<OpsOrderDetail> {
  const row = await opsRowById(q, id)
  if (!row) throw noSuchOrder()
  const { order } = row
  const [plan, placed, timeline] = await Promise.all([planById(q, order.planId), reservationOf(q, id), timelineOf(q, id, TIMELINE_MAX)])
  return {
    ...presentRow(row),
    planName: plan?.name ?? order.planId,
    term: order.term,
    region: order.regionId,
    amountCents: order.amountCents,
    currency: order.currency,
    stripe: {
      sessionId: order.stripeSessionId,
      subscriptionId: order.stripeSubscriptionId,
      customerId: order.stripeCustomerId,
      paymentStatus: order.refundWanted ? 'refund wanted' : 'paid',
    },
    reservation: placed && {
      nodeId: placed.nodeId,
      ramMb: placed.ramMb,
      diskMb: placed.diskMb,
      ports: Object.fromEntries(placed.allocations.map((port) => [port.name, port.port])),
    },
    recordedAt: order.recordedAt.toISOString(),
    firstRunningAt: order.firstRunningAt?.toISOString() ?? null,
    deliveredAt: order.deliveredAt?.toISOString() ?? null,
    planChange: order.planChange && presentPlanChange(order.planChange),
    timeline: timeline.map((entry) => ({
      id: String(entry.id),
      at: entry.at.toISOString(),
      kind: entry.kind,
      title: entry.title,
      details: entry.details,
    })),
    canRetry: by.role !== 'support' && by.role !== 'customer' && retryRefusal(order) === null,
  }
}
