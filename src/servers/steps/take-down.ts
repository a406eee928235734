import { releaseReservation } from '../../fleet/index.ts'
import { lockOrder, note, saveOrder } from '../../orders/index.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { attempt } from '../attempt.ts'
import { forgetSeen, markSuspended } from '../store/seen.ts'
import { saveState } from '../store/states.ts'
import { type Done, goOn, lockAsRead, type Work } from '../work.ts'
import { settleFindings } from './settle-findings.ts'

/** Stops a server, or lets it run again. Both are idempotent on the panel. */
export async function suspendServer(work: Work, step: 'suspend' | 'unsuspend'): Promise<Done> {
  const { panel } = work.world
  const id = serverId(work)
  const send = (call: PanelCall) => (step === 'suspend' ? panel.suspendServer(call, id) : panel.unsuspendServer(call, id))
  const sent = await attempt(work, step, send)
  if ('done' in sent) return sent.done
  const now = work.world.now()
  const suspended = step === 'suspend'
  await work.world.db.tx(async (tx) => {
    const order = await lockOrder(tx, work.reading.order.id)
    await saveState(tx, sent.state, { attempt: null, suspendedByUs: suspended })
    await markSuspended(tx, order.id, suspended, now)
    await note(tx, order.id, suspended ? 'Server suspended' : 'Server unsuspended', { reason: order.suspendedReason }, now)
    if (order.status === 'canceled') await settleFindings(tx, order.id, 'The order is canceled.', now)
    await saveOrder(tx, order, { failure: null, failureCount: 0 }, { title: step, by: 'servers', at: now, wake: false })
  })
  return goOn()
}

/** Whether it is gone is asked afterwards, for this one server. */
export async function deleteServer(work: Work): Promise<Done> {
  const id = serverId(work)
  const sent = await attempt(work, 'delete', (call) => work.world.panel.deleteServer(call, id))
  if ('done' in sent) return sent.done
  const now = work.world.now()
  await work.world.db.tx(async (tx) => {
    await saveState(tx, sent.state, { attempt: null, watchedFrom: null })
    await forgetSeen(tx, [work.reading.order.id])
    await note(tx, work.reading.order.id, 'Server deleted', { serverId: id }, now)
  })
  return goOn()
}

/** Nothing of the order stands on the panel and nothing is wanted: room and ports go back into sale. */
export async function releaseRoom(work: Work): Promise<Done> {
  const { world, reading } = work
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    await saveState(tx, reading.state, { watchedFrom: null })
    await forgetSeen(tx, [order.id])
    await settleFindings(tx, order.id, 'The order is canceled, and nothing of it stands on the panel.', now, [
      'orders.delete_server',
      'billing.subscription_ended',
    ])
    if (await releaseReservation(tx, order.id)) await note(tx, order.id, 'Room and ports given back', {}, now)
    await saveOrder(tx, order, { failure: null, nextCheckAt: null }, { title: 'Released', by: 'servers', at: now, wake: false })
  })
  return goOn(work.seen)
}

function serverId({ reading, seen }: Work): number {
  if (seen.what === 'server') return seen.id
  return reading.want.serverId ?? 0
}
