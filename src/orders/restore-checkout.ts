import type { Tx } from '../db/index.ts'
import { wakeCheckout } from './store/checkouts.ts'
import { insertLost, type LostCheckout } from './store/lost.ts'
import { addEvent } from './store/timeline.ts'

/**
 * A checkout that the database lost is put back as its page at Stripe has it: open, and due for a look, which makes the order.
 * One that is there already stays as it is.
 */
export async function restoreCheckout(tx: Tx, lost: LostCheckout, by: string, at: Date): Promise<void> {
  if (!(await insertLost(tx, lost, at))) return
  const details = { by, sessionId: lost.stripeSessionId, begunAt: lost.createdAt.toISOString() }
  await addEvent(tx, { orderId: lost.id, at, kind: 'note', title: 'Checkout made again from what Stripe keeps', details })
  await wakeCheckout(tx, lost.id)
}
