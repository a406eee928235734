import { later, SECOND } from '../kit/time.ts'
import type { World } from '../world.ts'
import { nudged, wakeCheckout } from './store/checkouts.ts'

/** Back from the pay page the buyer waits for us; someone who only looks at an open checkout does not. */
const EVERY_MS = { paid: 2 * SECOND, open: 15 * SECOND }

/**
 * Somebody looks at an unpaid checkout: asks billing to ask Stripe, at most every few seconds over all processes, so
 * that the order appears even where no webhook arrives.
 */
export const nudgeCheckout = (world: Pick<World, 'db' | 'now'>, id: string, why: keyof typeof EVERY_MS): Promise<boolean> =>
  world.db.tx(async (tx) => {
    const now = world.now()
    const due = await nudged(tx, id, { now, notSince: later(now, -EVERY_MS[why]) })
    if (due) await wakeCheckout(tx, id)
    return due
  })
