import { Failure } from '../kit/failure.ts'
import { tell } from '../kit/working.ts'
import type { StripeEvent } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { HANDLERS } from './handlers/index.ts'
import { createSignatureBook, type SignatureBook } from './signature-book.ts'
import { type Arrival, inboxOf } from './store/inbox.ts'

/** Anybody can post here; what does not even look like Stripe's header is not worth counting. */
const LOOKS_SIGNED = /^t=\d+,(?:v\d+=\w+,?)+$/

export interface Sent {
  body: string
  signature: string
}
/** Where webhooks are taken in. */
export interface Desk {
  book: SignatureBook
  put(arrival: Arrival): Promise<boolean>
}
export const createDesk = (world: Pick<World, 'db' | 'now'>): Desk => ({ book: createSignatureBook(world), put: inboxOf(world.db.q) })

/**
 * Verifies an event and puts it into the inbox. Throws `billing.bad_signature`.
 * @returns whether there is something new to do
 */
export async function takeEvent(world: Pick<World, 'stripe' | 'now'>, sent: Sent, desk: Desk): Promise<boolean> {
  const event = verified(world, sent, desk.book)
  tell({ event: event.id, type: event.type })
  const handled = Object.hasOwn(HANDLERS, event.type)
  return (await desk.put({ event, at: world.now(), handled, broughtBy: 'webhook' })) && handled
}

function verified(world: Pick<World, 'stripe'>, { body, signature }: Sent, book: SignatureBook): StripeEvent {
  try {
    const event = world.stripe.verifyEvent(body, signature)
    if (event.signedWith) book.verified(event.signedWith)
    return event
  } catch (thrown) {
    if (thrown instanceof Failure && LOOKS_SIGNED.test(signature)) book.refused(String(thrown.facts['why']))
    throw thrown
  }
}
