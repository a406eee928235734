import { tell } from '../kit/working.ts'
import type { World } from '../world.ts'
import { HANDLERS } from './handlers/index.ts'
import { insertEvent } from './store/inbox.ts'

/**
 * Verifies an event and puts it into the inbox. Throws `billing.bad_signature`.
 * @returns whether there is something new to do
 */
export async function takeEvent(world: Pick<World, 'db' | 'stripe' | 'now'>, sent: { body: string; signature: string }): Promise<boolean> {
  const event = world.stripe.verifyEvent(sent.body, sent.signature)
  tell({ event: event.id, type: event.type })
  const handled = Object.hasOwn(HANDLERS, event.type)
  return (await insertEvent(world.db.q, event, world.now(), { handled })) && handled
}
