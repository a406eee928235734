import { userById } from '../accounts/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import { DAY, later } from '../kit/time.ts'
import { post } from '../messages/index.ts'
import { lockOrder, note, orderById, saveOrder } from '../orders/index.ts'
import { isOver, isUnpaid, UNPAID } from './rules.ts'
import { saveSubscription } from './store/mirror.ts'
import { markUnpaid, type UnpaidRenewal, unpaidOf, unpaidToTend } from './store/unpaid.ts'
import type { BillingWorld } from './take-session.ts'

const KIND = 'billing.renewal_unpaid' as const
const BATCH = 100

/**
 * Renewals that were not paid: the customer is told with a link to pay, staff by a finding; after the days of grace the server
 * is stopped until the money comes. Stripe is asked before anybody is told and before anything is stopped.
 */
export async function tendUnpaid(world: BillingWorld, settings: { paymentGraceDays: number }): Promise<void> {
  const graceMs = settings.paymentGraceDays * DAY
  const due = await unpaidToTend(world.db.q, { since: later(world.now(), -graceMs), limit: BATCH })
  for (const unpaid of due)
    await tendOne(world, unpaid, later(unpaid.since, graceMs)).catch((thrown) =>
      world.log.warn({ err: thrown, orderId: unpaid.orderId }, 'an unpaid renewal could not be tended; the timer tries again'),
    )
}

async function tendOne(world: BillingWorld, unpaid: UnpaidRenewal, suspendAt: Date): Promise<void> {
  const { orderId } = unpaid
  const order = await orderById(world.db.q, orderId)
  const id = order?.stripeSubscriptionId
  if (!order || !id || order.status === 'canceled') return settleUnpaid(world, orderId)
  const call = { orderId }
  const subscription = await world.stripe.subscription(call, id)
  if (!subscription || isOver(subscription)) return
  await saveSubscription(world.db.q, orderId, subscription, world.now())
  if (!isUnpaid(subscription.status)) return settleUnpaid(world, orderId)
  const invoice = await world.stripe.openInvoiceOf(call, id)
  const user = await userById(world.db.q, order.userId)
  await world.db.tx(async (tx) => {
    const at = world.now()
    const fresh = await lockOrder(tx, orderId)
    if (fresh.status === 'canceled') return
    const about = { orderId, serverName: fresh.serverName, payUrl: invoice?.payUrl ?? null }
    const since = unpaid.since.toISOString()
    const to = { userId: user?.id ?? null, toEmail: user?.email ?? '', at }
    if (await markUnpaid(tx, orderId, 'told_at', at)) {
      await note(tx, orderId, 'A renewal could not be charged', { invoice: invoice?.id ?? null, suspendAt: suspendAt.toISOString() }, at)
      await openFinding(tx, {
        kind: KIND,
        severity: 'warning',
        subject: { type: 'order', id: orderId },
        summary: `A renewal could not be charged; the server is stopped on ${suspendAt.toISOString().slice(0, 10)} unless it is paid.`,
        remedy: 'Nothing: the customer has a link to pay, and Stripe tries again. Speak with them if it matters.',
        evidence: { subscription: id, invoice: invoice?.id ?? null, since },
        at,
      })
      const { amountCents = null, currency = fresh.currency } = invoice ?? {}
      const props = { ...about, amountCents, currency, suspendAt: suspendAt.toISOString() }
      if (user) await post(tx, { ...to, template: 'payment_failed', props, dedupeKey: `order:${orderId}:unpaid:${since}` })
    }
    if (suspendAt > at || !(await markUnpaid(tx, orderId, 'suspended_at', at))) return
    await note(tx, orderId, 'Stopped: the renewal is not paid', {}, at)
    if (!fresh.suspendedAt) {
      const stop = { suspendedAt: at, suspendedReason: UNPAID, nextCheckAt: at }
      await saveOrder(tx, fresh, stop, { title: 'Stopped, unpaid', by: 'billing', at })
    }
    if (user) await post(tx, { ...to, template: 'stopped_unpaid', props: about, dedupeKey: `order:${orderId}:stopped:${since}` })
  })
}

/** Paid, or over: a server that was stopped for it alone runs again. */
export async function settleUnpaid(world: Pick<BillingWorld, 'db' | 'now'>, orderId: string): Promise<void> {
  if (!(await unpaidOf(world.db.q, orderId))) return
  await world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, orderId)
    if (!(await markUnpaid(tx, orderId, 'settled_at', at))) return
    await resolveFinding(tx, { kind: KIND, subject: { type: 'order', id: orderId }, by: 'billing', reason: 'Paid, or over.', at })
    if (order.status === 'canceled') return
    await note(tx, orderId, 'The renewal is paid', {}, at)
    if (order.suspendedReason !== UNPAID) return
    const go = { suspendedAt: null, suspendedReason: null, nextCheckAt: at }
    await saveOrder(tx, order, go, { title: 'Runs again, paid', by: 'billing', at })
  })
}
