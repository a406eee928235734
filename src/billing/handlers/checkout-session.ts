import { endIfFailed, takeSession } from '../take-session.ts'
import type { Handler } from './handler.ts'

/** Whatever the event says happened, what the session is now decides. */
export const sessionChanged: Handler = async (world, event) => {
  const session = await world.stripe.session({}, event.objectId)
  if (session) await takeSession(world, session, { orderId: session.orderId ?? undefined }, event.foundBy)
}

/** A session whose bank payment failed looks as one that still waits: the signed event is what tells them apart. */
export const bankRefused: Handler = async (world, event) => {
  const session = await world.stripe.session({}, event.objectId)
  if (!session?.ours) return
  const call = { orderId: session.orderId ?? undefined }
  const followed = await takeSession(world, session, call, event.foundBy)
  if (followed === 'paying') await endIfFailed(world, session, call, true)
}
