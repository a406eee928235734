import type { Tx } from '../db/index.ts'
import { releaseReservation } from '../fleet/index.ts'
import { noSuchOrder } from './errors.ts'
import type { Checkout } from './order.ts'
import { checkoutLocked, updateCheckout } from './store/checkouts.ts'
import { addEvent } from './store/timeline.ts'

/**
 * Ends an unpaid checkout and gives its place back. Only when Stripe, asked just now, says that nobody can pay it any
 * more: our clock alone never ends a hold. A checkout that is paid or over already stays as it is.
 */
export async function expireCheckout(tx: Tx, id: string, over: { why: string; at: Date }): Promise<Checkout> {
  const checkout = await checkoutLocked(tx, id)
  if (!checkout) throw noSuchOrder()
  if (checkout.state === 'paid' || checkout.state === 'expired') return checkout
  await updateCheckout(tx, id, { state: 'expired', nextCheckAt: null }, over.at)
  await releaseReservation(tx, id)
  await addEvent(tx, {
    orderId: id,
    at: over.at,
    kind: 'note',
    title: 'Checkout over, its place is free again',
    details: { why: over.why },
  })
  return { ...checkout, state: 'expired', nextCheckAt: null, updatedAt: over.at }
}
