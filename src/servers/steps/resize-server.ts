import type { Tx } from '../../db/index.ts'
import { resolveFinding } from '../../findings/index.ts'
import { resizeReservation } from '../../fleet/index.ts'
import { lockOrder, note, type Order, type OrderChange, saveOrder } from '../../orders/index.ts'
import { attempt } from '../attempt.ts'
import { limitsNotTaken } from '../errors.ts'
import { hasLimits } from '../rules/ours.ts'
import type { SeenServer } from '../rules/want.ts'
import { markResized } from '../store/seen.ts'
import { saveState } from '../store/states.ts'
import { takeFailure } from '../take-failure.ts'
import { type Done, goOn, lockAsRead, type Work } from '../work.ts'

/**
 * The limits of the new plan, in one call with every field that the panel requires (transcripts servers-patch-build,
 * servers-patch-build-null-limits). The same call twice does no harm. The panel does not look at what is used, a disk smaller
 * than its files is taken; and it swallows its daemon's failure, so that new limits may wait for the server's next start.
 */
export async function resizeServer(work: Work): Promise<Done> {
  const { world, reading, seen } = work
  const { want } = reading
  if (seen.what !== 'server') return goOn()
  const build = { limits: want.limits, featureLimits: want.features, addAllocations: [] }
  const sent = await attempt(work, 'resize', (call) => world.panel.patchBuild(call, seen, build))
  if ('done' in sent) return sent.done
  const { limits, featureLimits: features } = sent.answer
  if (!hasLimits(want, { limits, features })) return takeFailure(work, sent.state, 'resize', limitsNotTaken(build, { limits, features }))
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, reading.order.id)
    await saveState(tx, sent.state, { attempt: null })
    await finish(tx, work, order, { limits, features })
  })
  return goOn()
}

/** The panel shows the limits of the new plan: a call whose answer was lost had gone through, or there was nothing to change. */
export async function confirmResize(work: Work): Promise<Done> {
  const { seen } = work
  if (seen.what !== 'server') return goOn()
  await work.world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, work.reading)
    await finish(tx, work, order, seen)
  })
  return goOn(seen)
}

/** What a change may have stood still for, and what the sweep may have said of the old limits. */
const STOPPED_BY = ['servers.resize_refused', 'servers.wrong_limits'] as const

/** From here on nothing of ours can make the server larger again, so what the new plan does not need goes back into sale. */
async function finish(tx: Tx, work: Work, order: Order, now: Pick<SeenServer, 'limits' | 'features'>): Promise<void> {
  const at = work.world.now()
  const { want, plan, place } = work.reading
  await markResized(tx, order.id, now, at)
  // Changed anew while the panel answered: that is done next.
  const asRead = order.planChange?.n === work.reading.order.planChange?.n
  const done = asRead && order.status !== 'canceled' ? order.planChange : null
  const change: OrderChange = { failure: null, failureCount: 0 }
  if (done) {
    if (place) await resizeReservation(tx, { id: order.id, ramMb: now.limits.memory, diskMb: now.limits.disk, at })
    await note(tx, order.id, `The server has the limits of ${plan?.name ?? want.planId}`, { ...now.limits, ...now.features }, at)
    for (const kind of STOPPED_BY)
      await resolveFinding(tx, { kind, subject: { type: 'order', id: order.id }, by: 'servers', reason: 'The new plan stands.', at })
    change.planChange = { ...done, resizedAt: at }
  }
  // Billing waits for this, and follows with the price.
  await saveOrder(tx, order, change, { title: 'Resized', by: 'servers', at, wake: done !== null })
}
