import { asFailure } from '../kit/failure.ts'
import { again, type Outcome, settled } from '../kit/outcome.ts'
import { alsoBusyWith } from '../kit/working.ts'
import { lockOrder, saveOrder } from '../orders/index.ts'
import { type Reading, readWanted } from './reading.ts'
import { nextLook } from './rules/next-look.ts'
import { plan } from './rules/plan.ts'
import type { Seen } from './rules/want.ts'
import { SERVERS_SETTINGS, type ServersSettings } from './settings.ts'
import { act } from './steps/act.ts'
import type { ServersWorld } from './work.ts'

/** More steps than one order ever needs in a row; a plan that does not converge stops here and comes again. */
const ROUNDS_MAX = 12
const SOON_MS = 1_000

/**
 * Brings the panel to what the order asks: reads everything fresh, does the first step of the plan, and so on until
 * nothing is to be done now. Any number of runs, at any time, by any process, is safe.
 */
export async function reconcileServer(
  world: ServersWorld,
  orderId: string,
  signal: AbortSignal,
  settings: ServersSettings = SERVERS_SETTINGS,
): Promise<Outcome> {
  let looked: Seen | undefined
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const reading = await readWanted(world, orderId)
    if (!reading) return settled()
    alsoBusyWith({ userId: reading.order.userId })
    const seen = looked ?? reading.seen
    const [step] = plan(reading.want, seen, world.now(), settings)
    try {
      if (!step) return await rest(world, reading, settings)
      if (signal.aborted) return again()
      const done = await act({ world, reading, seen, signal, settings }, step)
      if (done.go === 'stop') return done.outcome
      looked = done.looked
    } catch (thrown) {
      // Somebody newer was at it between our reading and our writing: what they did is read next time.
      if (!NEWER.has(asFailure(thrown).code)) throw thrown
      return again(SOON_MS)
    }
  }
  return again(SOON_MS)
}

const NEWER = new Set(['servers.newer_state', 'orders.newer_version'])

/** Nothing to do now: the row says when to look again, so that the sweep finds it even if our own timer is lost. */
async function rest(world: ServersWorld, { order, want }: Reading, settings: ServersSettings): Promise<Outcome> {
  const now = world.now()
  const at = nextLook(want, now, settings)
  if (at?.getTime() !== order.nextCheckAt?.getTime())
    await world.db.tx(async (tx) => {
      const fresh = await lockOrder(tx, order.id)
      if (fresh.version === order.version)
        await saveOrder(tx, fresh, { nextCheckAt: at }, { title: 'Looked', by: 'servers', at: now, wake: false })
    })
  return settled(at && at.getTime() - now.getTime())
}
