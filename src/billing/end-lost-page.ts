import { stripeCustomerOf } from '../accounts/index.ts'
import type { Repair } from '../findings/index.ts'
import { checkoutById, expireCheckout } from '../orders/index.ts'
import { notRepairable } from './errors.ts'
import { type BillingWorld, takeSession } from './take-session.ts'

/**
 * A checkout whose page Stripe does not know. It ends only where Stripe knows its customer, so that it is the right account,
 * and has no page of this checkout: then nobody can pay it any more.
 */
export const endLostPage: Repair<BillingWorld> = async (world, ask) => {
  const id = ask.finding.subject_id
  const call = { orderId: id }
  const checkout = await checkoutById(world.db.q, id)
  if (!checkout || checkout.state === 'paid' || checkout.state === 'expired') return { did: 'Nothing: the checkout is over.', mended: true }
  const known = checkout.stripeSessionId ? await world.stripe.session(call, checkout.stripeSessionId) : null
  if (known) {
    if (!ask.dryRun) await takeSession(world, known, call)
    return { did: `Nothing: Stripe knows the page; it is ${known.status}.`, mended: !ask.dryRun }
  }
  const customer = await stripeCustomerOf(world.db.q, checkout.userId)
  // An account that does not have the customer refuses this call: then nothing is ended.
  const pages = customer ? await world.stripe.sessionsOf(call, customer) : []
  if (!customer) throw notRepairable('This customer has no id at Stripe here, so nothing proves that it is the right account.')
  const other = pages.find((page) => page.ours && page.orderId === id)
  if (other)
    throw notRepairable(
      `Stripe has another page of this checkout (${other.id}, ${other.status}): wait until it is over, or expire it there.`,
    )
  const did = `End the checkout and free its place: Stripe knows its customer and has none of its pages.`
  if (ask.dryRun) return { did, mended: false }
  await world.db.tx((tx) => expireCheckout(tx, id, { why: `${ask.reason} (Stripe has no page of it)`, at: world.now() }))
  return { did, mended: true }
}
