import type { z } from 'zod'
import { planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { reservationOf } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { PageAsk } from '../kit/contract.ts'
import { readNumber, readPlace, writeNumber, writePlace } from '../kit/cursor.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { OpsOrderDetail, OpsOrderQuery, OpsOrderRow, TimelineEntry } from './contract.ts'
import { noSuchOrder } from './errors.ts'
import type { Ending, PlanChange } from './order.ts'
import { retryRefusal } from './rules.ts'
import { type OpsRow, opsRowById, searchOrders } from './store/ops.ts'
import { type OrderEvent, timelineOf } from './store/timeline.ts'

/** The runbook's measure: paid, and nothing done for ten minutes. */
export const STUCK_AFTER_MS = 10 * MINUTE
const TIMELINE_LIMIT = 200

export async function searchForOps(q: Queries, query: z.output<typeof OpsOrderQuery>, now: Date) {
  const found = await searchOrders(q, {
    filter: query.filter,
    status: query.status,
    q: query.q?.trim() || undefined,
    stuckBefore: later(now, -STUCK_AFTER_MS),
    after: query.cursor ? readPlace(query.cursor) : null,
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return { items: page.map(presentRow), nextCursor: found.length > page.length && last ? placeOf(last) : null }
}

const placeOf = ({ order }: OpsRow) => writePlace({ at: order.createdAt, id: order.id })

/** A page of an order's timeline, the oldest first; the next page is of what was before. */
export async function readTimeline(q: Queries, orderId: string, { cursor, limit }: PageAsk) {
  const found = await timelineOf(q, orderId, { before: cursor ? readNumber(cursor) : null, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = found.length > page.length && last ? writeNumber(last.id) : null
  return { items: page.reverse().map(presentEntry), nextCursor }
}

const presentEntry = (entry: OrderEvent): TimelineEntry => ({
  id: String(entry.id),
  at: entry.at.toISOString(),
  kind: entry.kind,
  title: entry.title,
  details: entry.details,
})

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

const presentEnding = ({ askedAt, by, reason, server, setAt }: Ending) => ({
  askedAt: askedAt.toISOString(),
  by,
  reason,
  server: server.kind,
  agreed: setAt !== null,
})

/** Everything about one order: throws `orders.unknown`. */
export async function presentForOps(q: Queries, id: string, by: Actor): Promise<OpsOrderDetail> {
  const row = await opsRowById(q, id)
  if (!row) throw noSuchOrder()
  const { order } = row
  const [plan, placed, { items: timeline, nextCursor: timelineCursor }] = await Promise.all([
    planById(q, order.planId),
    reservationOf(q, id),
    readTimeline(q, id, { limit: TIMELINE_LIMIT }),
  ])
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
    ending: order.ending?.atPeriodEnd ? presentEnding(order.ending) : null,
    deleteAt: order.deleteWantedAt?.toISOString() ?? null,
    planChange: order.planChange && presentPlanChange(order.planChange),
    timeline,
    timelineCursor,
    canRetry: by.role !== 'support' && by.role !== 'customer' && retryRefusal(order) === null,
  }
}
