import { type User, userByEmail, userById, userOfStripeCustomer } from '../accounts/index.ts'
import { TERMS } from '../catalog/contract.ts'
import { type Plan, planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import type { Repair } from '../findings/index.ts'
import { followServer, regions } from '../fleet/index.ts'
import { checkoutById, restoreCheckout } from '../orders/index.ts'
import type { Bought, Session, StripeCall } from '../outside/stripe/types.ts'
import { notRepairable } from './errors.ts'
import { type BillingWorld, takeSession } from './take-session.ts'

/** Where a server of this id stands on the panel, asked just now; null: nowhere. The servers' room lies to the right, so the door passes it. */
export type FindStanding<W> = (world: W, orderId: string) => Promise<{ identifier: string; nodeId: number; allocationIds: number[] } | null>

interface Lost {
  orderId: string
  session: Session
  bought: Bought
  term: (typeof TERMS)[number]
  plan: Plan
  price: { amountCents: number; currency: string; stripePriceId: string }
  user: User
}

/**
 * Makes a paid checkout that the database lost, and its order, from what Stripe keeps with the session. What stands for it on
 * the panel keeps its place, and its reconciler takes it over where it is as ordered.
 */
export const recreateOrder =
  <W extends BillingWorld>(findStanding: FindStanding<W>): Repair<W> =>
  async (world, ask) => {
    const orderId = ask.finding.subject_id
    const call: StripeCall = { orderId }
    const session = await world.stripe.session(call, String(ask.finding.evidence['sessionId'] ?? ''))
    if (!session?.ours || session.orderId !== orderId) throw notRepairable('Stripe does not know this session, or it is not of this order.')
    if (await checkoutById(world.db.q, orderId)) return takeKnown(world, session, ask.dryRun)
    const lost = await readLost(world.db.q, orderId, session)
    const wrong = difference(lost)
    if (wrong && ask.dryRun)
      return { did: `Nothing: ${wrong} Only “refund” is left, or correct the price in the catalogue first.`, mended: false }
    if (wrong) throw notRepairable(wrong)
    const standing = await findStanding(world, orderId)
    const did = told(lost, standing?.identifier ?? null)
    if (ask.dryRun) return { did, mended: false }
    await world.db.tx(async (tx) => {
      const at = world.now()
      const { bought, plan, price, user, term } = lost
      const { planId, regionId, serverName, termsAcceptedAt, eulaAcceptedAt } = bought
      const kept = { planId, regionId, term, serverName, termsAcceptedAt, eulaAcceptedAt, ...price }
      const page = { stripeSessionId: session.id, sessionExpiresAt: session.expiresAt, createdAt: session.createdAt }
      await restoreCheckout(tx, { id: orderId, userId: user.id, ...kept, ...page }, ask.by.id, at)
      if (!standing) return
      const { nodeId, allocationIds } = standing
      const otherwise = { regionId, ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports }
      await followServer(tx, { id: orderId, nodeId, allocationIds, otherwise, at })
    })
    const followed = await takeSession(world, session, call)
    return { did, mended: followed === 'made' || followed === 'already' }
  }

/** Another has put the checkout back: a backup, or a repair that was cut off. */
async function takeKnown(world: BillingWorld, session: Session, dryRun: boolean) {
  const did = 'Make the order of its checkout, which is known again.'
  if (dryRun) return { did, mended: false }
  await takeSession(world, session, { orderId: session.orderId ?? undefined })
  return { did, mended: true }
}

async function readLost(q: Queries, orderId: string, session: Session): Promise<Lost> {
  const { bought } = session
  if (!bought) throw notRepairable('Stripe keeps too little with this session to make its order: it can only be refunded.')
  if (session.status !== 'complete' || session.paymentStatus === 'unpaid') throw notRepairable('The session is not paid.')
  const user = await buyer(q, session, bought)
  if (!user)
    throw notRepairable(
      `No customer here has the id ${bought.userId}, this customer’s id at Stripe, or the confirmed address ${session.customerEmail ?? '(none)'}. Have the customer sign up with that address and confirm it, then repair again; or refund.`,
    )
  const plan = await planById(q, bought.planId)
  const term = TERMS.find((one) => one === bought.term)
  const price = plan?.prices.find((one) => one.term === term)
  if (!plan || !term || !price)
    throw notRepairable(
      `The plan ${bought.planId} is not sold here for the term ${bought.term}. Import the catalogue that has it, then repair again.`,
    )
  if (!(await regions(q)).some((region) => region.id === bought.regionId))
    throw notRepairable(`There is no region ${bought.regionId} on sale. Import the catalogue that has it, then repair again.`)
  const { amountCents, currency, stripePriceId } = price
  return { orderId, session, bought, term, plan, user, price: { amountCents, currency, stripePriceId: stripePriceId ?? '' } }
}

/** By our own id; else by what Stripe knows. An address proves nothing until it is confirmed. */
async function buyer(q: Queries, session: Session, bought: Bought): Promise<User | null> {
  const known = await userById(q, bought.userId)
  if (known) return known
  const byCustomer = session.customerId ? await userOfStripeCustomer(q, session.customerId) : null
  if (byCustomer) return userById(q, byCustomer)
  const byEmail = session.customerEmail ? await userByEmail(q, session.customerEmail) : null
  return byEmail?.emailVerified ? byEmail : null
}

function difference({ session, price, bought }: Lost): string | null {
  const same = session.amountCents === price.amountCents && session.currency.toLowerCase() === price.currency.toLowerCase()
  if (same) return null
  return `${session.amountCents} ${session.currency} were paid, and ${bought.planId} costs ${price.amountCents} ${price.currency}.`
}

function told({ session, bought, user, term }: Lost, standing: string | null): string {
  const what = `${bought.planId} in ${bought.regionId}, ${term}, “${bought.serverName}”, paid ${session.amountCents} ${session.currency}`
  const server = standing
    ? `Its server ${standing} stands on the panel: its node and ports are booked for it, and it is taken over if it is as ordered.`
    : 'No server of it stands on the panel: it is delivered as if paid now.'
  return `Make the checkout and the order of ${user.email} again: ${what}. ${server}`
}
