import { lockOrder, saveOrder } from '../orders/index.ts'
import { givenUp } from './errors.ts'
import { readWanted } from './reading.ts'
import { SERVERS_SETTINGS } from './settings.ts'
import { saveFailure } from './take-failure.ts'
import type { ServersWorld } from './work.ts'

/**
 * An order has been tried many times and our own software failed each time: a person must look, and is told; a retry brings it back.
 * @returns false for one that does not wait for its server: there is no status in which it would stand still
 */
export async function giveUpServer(world: ServersWorld, orderId: string): Promise<boolean> {
  const reading = await readWanted(world, orderId)
  if (!reading || reading.want.deliveredAt !== null || reading.want.status === 'canceled') return false
  if (reading.want.status === 'error') return true
  const work = { world, reading, seen: reading.seen, signal: new AbortController().signal, settings: SERVERS_SETTINGS }
  await saveFailure(work, { class: 'bug', effect: 'stop', failure: givenUp() })
  return true
}

/** What failed by a fault of ours is not due again at once. */
export const putOffServer = (world: Pick<ServersWorld, 'db' | 'now'>, orderId: string, until: Date): Promise<void> =>
  world.db.tx(async (tx) => {
    const order = await lockOrder(tx, orderId)
    if (order.status === 'error') return
    await saveOrder(tx, order, { nextCheckAt: until }, { title: 'Put off', by: 'servers', at: world.now(), wake: false })
  })
