import { userById } from '../accounts/index.ts'
import type { Tx } from '../db/index.ts'
import { openFinding } from '../findings/index.ts'
import { systemActor } from '../kit/actor.ts'
import { DAY, later } from '../kit/time.ts'
import { post } from '../messages/index.ts'
import { cancelLocked, lockOrder, note, type Order, type ServerEnd, saveOrder } from '../orders/index.ts'
import type { Subscription } from '../outside/stripe/types.ts'
import { isOver, isUnpaid, UNPAID } from './rules.ts'
import { saveSubscription } from './store/mirror.ts'
import { beginUnpaid } from './store/unpaid.ts'
import type { BillingWorld } from './take-session.ts'
import { settleUnpaid } from './tend-unpaid.ts'

/** What becomes of a server whose subscription was ended without saying so: a week to change one's mind. */
const USUAL: ServerEnd = { kind: 'later', days: 7 }

/**
 * The order follows its subscription, whoever changed that: over, it is canceled; to end with its period, it says so; unpaid,
 * that is noted and tended. @param subscription what Stripe has, asked for at `askedFrom` or later
 */
export async function followSubscription(world: BillingWorld, order: Order, subscription: Subscription, askedFrom: Date): Promise<void> {
  await saveSubscription(world.db.q, order.id, subscription, world.now())
  if (isOver(subscription)) return world.db.tx((tx) => end(tx, order.id, subscription, world.now()))
  await world.db.tx((tx) => followPeriodEnd(tx, order.id, subscription, { askedFrom, at: world.now() }))
  if (isUnpaid(subscription.status)) await beginUnpaid(world.db.q, order.id, world.now())
  else if (subscription.status === 'active') await settleUnpaid(world, order.id)
}

async function end(tx: Tx, orderId: string, subscription: Subscription, at: Date): Promise<void> {
  const order = await lockOrder(tx, orderId)
  // Set in SQL a moment ago: that is followed up first, and comes to the same.
  if (order.status === 'canceled' || order.changedByHand) return
  const asked = order.ending?.atPeriodEnd ? order.ending : null
  const server = asked?.server ?? USUAL
  const reason = asked?.reason ?? 'Its subscription ended at Stripe.'
  const deleteAt = server.kind === 'keep' ? undefined : server.kind === 'now' ? at : later(at, server.days * DAY)
  await cancelLocked(tx, { by: systemActor('billing'), orderId, reason, refund: false, deleteServer: false, deleteAt }, at)
  const subject = { type: 'order', id: orderId }
  if (!order.deliveredAt)
    await openFinding(tx, {
      kind: 'orders.refund_payment',
      severity: 'warning',
      subject,
      summary: 'Its subscription ended at Stripe before its server was delivered. Shall the payment go back?',
      remedy: 'Refund the order if the customer is to get the money back, or resolve this if not.',
      evidence: { subscription: subscription.id },
      at,
    })
  if (asked || order.suspendedReason === UNPAID) return
  await openFinding(tx, {
    kind: 'billing.subscription_ended',
    severity: 'warning',
    subject,
    summary: 'The subscription ended at Stripe without our asking: the order is canceled, its server suspended and deleted in 7 days.',
    remedy: 'Nothing, if it was meant. Else keep the server (undo) and sell the customer a new one.',
    evidence: {
      subscription: subscription.id,
      endedAt: subscription.endedAt?.toISOString() ?? null,
      deleteAt: deleteAt?.toISOString() ?? null,
    },
    at,
  })
}

/** Set or unset in Stripe's dashboard: its word is the later one, unless ours is still on its way. */
async function followPeriodEnd(tx: Tx, orderId: string, subscription: Subscription, when: { askedFrom: Date; at: Date }): Promise<void> {
  const order = await lockOrder(tx, orderId)
  const { ending } = order
  const said = subscription.cancelAtPeriodEnd
  if (order.status === 'canceled' || (ending?.atPeriodEnd ?? false) === said) return
  if (ending && (ending.setAt === null || ending.setAt > when.askedFrom)) return
  const { at } = when
  const next = { atPeriodEnd: said, server: USUAL, reason: 'Set at Stripe.', by: 'stripe', askedAt: at, setAt: at }
  const title = said ? 'To end with its period, set at Stripe' : 'Goes on, set at Stripe'
  await saveOrder(tx, order, { ending: next }, { title, by: 'stripe', at, wake: false })
  const endsAt = subscription.currentPeriodEnd?.toISOString() ?? null
  await note(tx, orderId, title, { endsAt }, at)
  const user = await userById(tx, order.userId)
  if (!user) return
  const about = { orderId, serverName: order.serverName }
  const to = { userId: user.id, toEmail: user.email, dedupeKey: `order:${orderId}:ends:${at.toISOString()}`, at }
  if (said) await post(tx, { ...to, template: 'ends_later', props: { ...about, endsAt } })
  else await post(tx, { ...to, template: 'goes_on', props: about })
}
