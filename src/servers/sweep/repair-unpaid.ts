import type { Repair } from '../../findings/index.ts'
import { openFindingsAbout } from '../../findings/index.ts'
import { releaseReservation, reservationOf } from '../../fleet/index.ts'
import { type Checkout, checkoutById, note, orderById } from '../../orders/index.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import type { World } from '../../world.ts'
import { nothingToRepair } from '../errors.ts'
import type { ServersWorld } from '../work.ts'

const CALL: PanelCall = { share: 'staff' }
type WithStripe = ServersWorld & Pick<World, 'stripe'>

/** Somebody who paid must never lose a server to this: Stripe's word, of this moment, is the only one that counts. */
async function mustBeOver({ stripe }: WithStripe, checkout: Checkout): Promise<void> {
  const call = { orderId: checkout.id }
  const session = checkout.stripeSessionId ? await stripe.session(call, checkout.stripeSessionId) : null
  const over = checkout.state === 'expired' && (session === null ? checkout.stripeSessionId === null : session.status === 'expired')
  if (over) return
  const said = session ? `Stripe says that its page is ${session.status}, ${session.paymentStatus}.` : 'Stripe does not know its page.'
  throw nothingToRepair(`The checkout is ${checkout.state}, and may be paid. ${said} Wait until it is over.`)
}

/** A server that stands for a checkout which nobody paid and nobody can pay any more. */
export const deleteUnpaid: Repair<WithStripe> = async (world, ask) => {
  const id = ask.finding.subject_id
  const server = await world.panel.serverByExternalId(CALL, id)
  if (!server) return { did: 'Nothing: the panel has no server under this id any more.', mended: !ask.dryRun }
  if (await orderById(world.db.q, id)) return { did: 'Nothing: its order is there by now.', mended: !ask.dryRun }
  const checkout = await checkoutById(world.db.q, id)
  if (!checkout) throw nothingToRepair('Its checkout is not known, so nothing proves that nobody paid it.')
  await mustBeOver(world, checkout)
  const did = `Delete the server ${server.identifier} (“${server.name}”) with all its files: its checkout is over and unpaid.`
  if (ask.dryRun) return { did, mended: false }
  await world.panel.deleteServer(CALL, server.id)
  await world.db.tx((tx) => note(tx, id, 'Server of an unpaid checkout deleted', { by: ask.by.id, why: ask.reason }, world.now()))
  return { did, mended: (await world.panel.serverByExternalId(CALL, id)) === null }
}

/** Room that is booked for nobody we know. */
export const releaseHold: Repair<WithStripe> = async (world, ask) => {
  const id = ask.finding.subject_id
  const { q } = world.db
  const booked = await reservationOf(q, id)
  if (!booked) return { did: 'Nothing: it is free already.', mended: !ask.dryRun }
  const [order, checkout] = [await orderById(q, id), await checkoutById(q, id)]
  if (order && order.status !== 'canceled') throw nothingToRepair('An order wants it.')
  if (checkout && !order) await mustBeOver(world, checkout)
  const [unknown] = (await openFindingsAbout(q, { type: 'checkout', id })).filter((one) => one.kind === 'billing.unknown_checkout')
  if (unknown) throw nothingToRepair('Stripe has a paid session of it: repair that finding first.')
  const server = await world.panel.serverByExternalId(CALL, id)
  if (server)
    throw nothingToRepair(`The server ${server.identifier} stands under this id: find out whose it is, and delete it on the panel first.`)
  const did = `Free ${booked.ramMb} MiB of RAM, ${booked.diskMb} MiB of disk and ${booked.allocations.length} ports of node ${booked.nodeName}.`
  if (!ask.dryRun) await world.db.tx((tx) => releaseReservation(tx, id))
  return { did, mended: !ask.dryRun }
}
