import { userById } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { resolveFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { post } from '../messages/index.ts'
import { lockOrder, note, type Order, saveOrder } from '../orders/index.ts'
import { nothingToUndo } from './errors.ts'
import { wishesOf } from './store/wishes.ts'
import type { BillingWorld } from './take-session.ts'

export interface Undone {
  did: string[]
  /** What cannot be taken back, said so. */
  stays: string[]
  order: Order
}

/** What of an end can still be taken back: all of it until the period is over; after that, the deletion until its instant. */
export function decideUndo(
  order: Pick<Order, 'status' | 'ending' | 'deleteWantedAt' | 'refundWanted'>,
  wished: boolean,
  now: Date,
): { do: 'go_on' | 'keep_server'; did: string[]; stays: string[] } | { refused: string } {
  const money = wished || order.refundWanted !== null ? ['Money that was to go back stays on its way.'] : []
  if (order.status !== 'canceled') {
    if (!order.ending?.atPeriodEnd) return { refused: 'Nobody asked for the end of this order.' }
    return {
      do: 'go_on',
      did: ['The subscription goes on at Stripe, and with it the server.', 'The customer is told by mail.'],
      stays: money,
    }
  }
  if (!order.deleteWantedAt) return { refused: 'The order has ended, and its server is not to be deleted.' }
  if (order.deleteWantedAt <= now) return { refused: 'The server is deleted, or being deleted just now.' }
  const stays = ['The subscription is over at Stripe and cannot be resumed: to go on, the customer orders anew.', ...money]
  return { do: 'keep_server', did: ['The server is not deleted: it stays on the panel, suspended, until somebody asks again.'], stays }
}

/** Takes back what can be. @throws Failure `billing.nothing_to_undo` */
export const undoEnd = (
  world: Pick<BillingWorld, 'db' | 'now'>,
  ask: { by: Actor; orderId: string; reason: string; dryRun: boolean; requestId?: string | null },
): Promise<Undone> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, ask.orderId)
    const wished = (await wishesOf(tx, order.id)).some((wish) => wish.state !== 'refused')
    const decided = decideUndo(order, wished, at)
    if ('refused' in decided) throw nothingToUndo(decided.refused)
    const { did, stays } = decided
    if (ask.dryRun) return { did, stays, order }
    const { by, reason } = ask
    const goesOn = decided.do === 'go_on'
    const ending = order.ending && { ...order.ending, atPeriodEnd: false, by: by.id, reason, askedAt: at, setAt: null }
    const change = goesOn ? { ending } : { deleteWantedAt: null, nextCheckAt: at }
    const saved = await saveOrder(tx, order, change, { title: 'Its end was taken back', by: by.id, at })
    await note(tx, order.id, 'Its end was taken back', { by: by.id, reason, did, stays }, at)
    const to = { type: 'order', id: order.id }
    await resolveFinding(tx, { kind: 'billing.subscription_ended', subject: to, by: by.id, reason, at })
    await record(tx, { by, did: 'billing.undo_end', to, why: reason, details: { undid: decided.do }, requestId: ask.requestId ?? null, at })
    const user = goesOn ? await userById(tx, order.userId) : null
    const props = { orderId: order.id, serverName: order.serverName }
    const dedupeKey = `order:${order.id}:ends:${at.toISOString()}`
    if (user) await post(tx, { userId: user.id, toEmail: user.email, template: 'goes_on', props, dedupeKey, at })
    return { did, stays, order: saved }
  })
