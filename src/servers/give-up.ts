import { givenUp } from './errors.ts'
import { readWanted } from './reading.ts'
import { SERVERS_SETTINGS } from './settings.ts'
import { saveFailure } from './take-failure.ts'
import type { ServersWorld } from './work.ts'

/** The loop has tried an order many times and our own software failed each time: a person must look, and is told. */
export async function giveUpServer(world: ServersWorld, orderId: string): Promise<void> {
  const reading = await readWanted(world, orderId)
  if (!reading || reading.want.status === 'error' || reading.want.status === 'canceled') return
  const work = { world, reading, seen: reading.seen, signal: new AbortController().signal, settings: SERVERS_SETTINGS }
  await saveFailure(work, { class: 'bug', effect: 'stop', failure: givenUp() })
}
