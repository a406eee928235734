import { settled } from '../../kit/outcome.ts'
import { later } from '../../kit/time.ts'
import { lockOrder, note, saveOrder } from '../../orders/index.ts'
import { attempt } from '../attempt.ts'
import { forgetSeen, markInstalling } from '../store/seen.ts'
import { saveState } from '../store/states.ts'
import { type Done, goOn, lockAsRead, stop, type Work } from '../work.ts'

/** The installation failed or hangs: once more. */
export async function reinstallServer(work: Work): Promise<Done> {
  const { world, reading, settings } = work
  const id = reading.want.serverId
  if (id === null) return goOn()
  const sent = await attempt(work, 'reinstall', (call) => world.panel.reinstallServer(call, id))
  if ('done' in sent) return sent.done
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, reading.order.id)
    const watch = { createdOnPanelAt: now, watchedFrom: later(now, settings.firstLookMs) }
    await saveState(tx, sent.state, { attempt: null, reinstalls: sent.state.reinstalls + 1, ...watch })
    await markInstalling(tx, order.id, now)
    await note(tx, order.id, 'Installation started again', {}, now)
    const change = { failure: null, failureCount: 0, nextCheckAt: later(now, settings.installMsMax) }
    await saveOrder(tx, order, change, { title: 'Installation started again', by: 'servers', at: now, wake: false })
  })
  return stop(settled(settings.installMsMax))
}

/** The server is gone and was never delivered: back to the start, this once. */
export async function startOver(work: Work): Promise<Done> {
  const { world, reading, seen } = work
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    await saveState(tx, reading.state, {
      recreated: reading.state.recreated + 1,
      reinstalls: 0,
      createdOnPanelAt: null,
      watchedFrom: null,
    })
    await forgetSeen(tx, [order.id])
    const gone = { pterodactylServerId: null, pterodactylServerIdentifier: null, failure: null, failureCount: 0, nextCheckAt: now }
    await saveOrder(tx, order, { status: 'paid', ...gone }, { title: 'Creating the server anew', by: 'servers', at: now, wake: false })
  })
  return goOn(seen)
}

/** A person retried an order whose server stands: everything is tried once more, on a fresh look. */
export async function resumeInstallation(work: Work): Promise<Done> {
  const { world, reading } = work
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    await saveState(tx, reading.state, {
      reinstalls: 0,
      recreated: 0,
      createdOnPanelAt: reading.state.createdOnPanelAt ?? now,
      watchedFrom: now,
    })
    await forgetSeen(tx, [order.id])
    await saveOrder(
      tx,
      order,
      { status: 'installing', nextCheckAt: now },
      { title: 'Looking at the server again', by: 'servers', at: now, wake: false },
    )
  })
  return goOn()
}
