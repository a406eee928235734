import { saveOrder } from '../../orders/index.ts'
import { adoptionNote } from '../rules/sentences.ts'
import { type StateChange, saveState } from '../store/states.ts'
import { type Done, goOn, lockAsRead, type Work } from '../work.ts'
import { takeServer } from './create-server.ts'

/** The panel shows what became of a call whose answer was not clear: nothing, or what it should. */
export async function closeAttempt(work: Work): Promise<Done> {
  const { world, reading, seen } = work
  const { attempt } = reading.state
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    const change: StateChange = { attempt: null }
    // The panel refused this one itself, or only the wait says that nothing comes of it any more.
    if (attempt?.step === 'create' && attempt.answer === 'refused') change.createTries = 0
    if (attempt?.step === 'create' && attempt.answer === 'none') change.createTries = reading.state.createTries + 1
    if (attempt?.step === 'reinstall' && seen.what === 'server' && seen.status === 'installing') {
      change.reinstalls = reading.state.reinstalls + 1
      change.createdOnPanelAt = now
      change.watchedFrom = now
    }
    if (attempt?.step === 'suspend' && seen.what === 'server' && seen.suspended) change.suspendedByUs = true
    if (attempt?.step === 'unsuspend' && seen.what === 'server' && !seen.suspended) change.suspendedByUs = false
    await saveState(tx, reading.state, change)
    if (order.status === 'provisioning')
      await saveOrder(
        tx,
        order,
        { status: 'paid', nextCheckAt: order.nextCheckAt ?? now },
        { title: 'The panel has no server of this order', by: 'servers', at: now, wake: false },
      )
  })
  return goOn(seen)
}

/** A create of which no answer came had gone through. */
export async function adoptServer(work: Work): Promise<Done> {
  await takeServer(work, work.reading.state, null, adoptionNote(work.reading.want.attempt))
  return goOn(work.seen)
}
