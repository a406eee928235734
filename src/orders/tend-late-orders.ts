import { userById } from '../accounts/index.ts'
import type { Tx } from '../db/index.ts'
import { openFinding, openFindingsAbout, resolveFinding } from '../findings/index.ts'
import { systemActor } from '../kit/actor.ts'
import { post } from '../messages/index.ts'
import type { World } from '../world.ts'
import { cancelLocked } from './cancel-order.ts'
import type { Order } from './order.ts'
import { isLateOver, lateness } from './rules.ts'
import { lockOrder } from './save-order.ts'
import { type LateOrder, lateOrders } from './store/late.ts'
import { orderById } from './store/orders.ts'

const LATE = 'orders.late'
const BATCH = 100
const WHY = 'It could not be delivered in the time that we promise'

/**
 * Paid and no server: after the plan's minutes a person is told and the customer too; after its hours the order is
 * canceled, refunded, and what stands of it deleted, by nobody's click. Safe to run in several processes.
 */
export async function tendLateOrders(world: Pick<World, 'db' | 'now'>): Promise<{ late: number; givenUp: number }> {
  const now = world.now()
  const told = new Set((await openFindingsAbout(world.db.q, { type: 'order', kind: LATE })).map((one) => one.subject_id))
  let [late, givenUp] = [0, 0]
  for (const order of await lateOrders(world.db.q, now, BATCH)) {
    if (lateness(order, now) === 'give_up') {
      if (await world.db.tx((tx) => giveUp(tx, order, now))) givenUp += 1
    } else if (!told.has(order.id)) {
      await world.db.tx((tx) => tell(tx, order, now))
      late += 1
    }
  }
  for (const id of told) await resolveIfOver(world, id, now)
  return { late, givenUp }
}

async function giveUp(tx: Tx, late: LateOrder, at: Date): Promise<boolean> {
  const order = await lockOrder(tx, late.id)
  // Delivered, ended or touched by a person since it was listed: not ours to end.
  if (isLateOver(order) || order.changedByHand) return false
  await cancelLocked(tx, { by: systemActor('orders'), orderId: late.id, reason: WHY, refund: true, deleteServer: true }, at)
  await openFinding(tx, {
    kind: 'orders.undeliverable',
    severity: 'warning',
    subject: { type: 'order', id: late.id },
    summary: `Given up and refunded: no server within ${late.cancelAfterHours} hours of payment.`,
    remedy: 'Find out why, so that the next one is delivered; the customer has been told.',
    evidence: { failure: order.failure },
    at,
  })
  return true
}

async function tell(tx: Tx, late: LateOrder, at: Date): Promise<void> {
  const order = await lockOrder(tx, late.id)
  if (isLateOver(order)) return
  await openFinding(tx, {
    kind: LATE,
    severity: 'critical',
    subject: { type: 'order', id: order.id },
    summary: `Paid for over ${late.alertAfterMinutes} minutes and no server: ${order.failure?.cause ?? `it is ${order.status}`}.`,
    remedy: order.failure?.next ?? 'Look at its timeline; retry it if nothing moves.',
    evidence: { status: order.status, failure: order.failure, refundedAfterHours: late.cancelAfterHours },
    at,
  })
  await tellCustomer(tx, order, late, at)
}

async function tellCustomer(tx: Tx, order: Order, late: LateOrder, at: Date): Promise<void> {
  const user = await userById(tx, order.userId)
  if (!user) return
  const cause = 'Your server takes longer than it should. The delay is on our side; you need not do anything.'
  const next = `We keep trying and mail you when it is ready. If that takes more than ${late.cancelAfterHours} hours from your payment, you get your money back without asking.`
  await post(tx, {
    userId: user.id,
    toEmail: user.email,
    template: 'trouble',
    props: { orderId: order.id, serverName: order.serverName, cause, next },
    dedupeKey: `order:${order.id}:late`,
    at,
  })
}

async function resolveIfOver(world: Pick<World, 'db'>, id: string, at: Date): Promise<void> {
  const order = await orderById(world.db.q, id)
  if (order && !isLateOver(order)) return
  const reason = order?.deliveredAt ? 'Delivered.' : 'Canceled.'
  await world.db.tx((tx) => resolveFinding(tx, { kind: LATE, subject: { type: 'order', id }, by: 'orders', reason, at }))
}
