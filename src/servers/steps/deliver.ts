import { userById } from '../../accounts/index.ts'
import type { Tx } from '../../db/index.ts'
import { openFinding } from '../../findings/index.ts'
import { settled } from '../../kit/outcome.ts'
import { later } from '../../kit/time.ts'
import { post } from '../../messages/index.ts'
import { type Order, saveOrder } from '../../orders/index.ts'
import { lostPorts } from '../rules/ours.ts'
import { saveState } from '../store/states.ts'
import { type Done, goOn, lockAsRead, stop, type Work } from '../work.ts'
import { settleFindings } from './settle-findings.ts'

/** The installation is done: the order is delivered, and its customer told where to play. */
export async function deliver(work: Work): Promise<Done> {
  const { world, reading, settings, seen } = work
  const now = world.now()
  // A suspension that was decided meanwhile follows at once.
  const { suspendWanted } = reading.want
  const nextCheckAt = suspendWanted ? now : later(now, settings.activeAfterMs)
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    await saveState(tx, reading.state, { installedAt: now, watchedFrom: null })
    await saveOrder(
      tx,
      order,
      { status: 'provisioned', deliveredAt: now, failure: null, failureCount: 0, nextCheckAt },
      { title: 'Server ready', by: 'servers', at: now, wake: false },
    )
    await tellCustomer(tx, work, order, now)
    await settleFindings(tx, order.id, 'The server was delivered.', now)
    const lost = seen.what === 'server' && seen.allocationIds.length > 0 ? lostPorts(reading.want, seen) : []
    if (lost.length > 0) await reportLostPorts(tx, order.id, lost, now)
  })
  return suspendWanted ? goOn(seen) : stop(settled(settings.activeAfterMs))
}

async function tellCustomer(tx: Tx, { reading }: Work, order: Order, at: Date): Promise<void> {
  const user = await userById(tx, order.userId)
  const port = reading.place?.allocations[0]
  if (!user || !port) return
  await post(tx, {
    userId: user.id,
    toEmail: user.email,
    template: 'server_ready',
    props: {
      orderId: order.id,
      serverName: order.serverName,
      address: `${port.alias ?? port.ip}:${port.port}`,
      panelUsername: reading.account?.panelUsername ?? '',
    },
    dedupeKey: `order:${order.id}:ready`,
    at,
  })
}

const reportLostPorts = (tx: Tx, orderId: string, lost: number[], at: Date) =>
  openFinding(tx, {
    kind: 'servers.ports_lost',
    severity: 'critical',
    subject: { type: 'order', id: orderId },
    summary: `The server runs without its port ${lost.join(', ')}: a server made at the same moment outside this shop has it.`,
    remedy: 'Give the server another port on the panel (Build configuration) and tell the customer.',
    evidence: { ports: lost },
    at,
  })

/** A day after delivery. */
export async function activate(work: Work): Promise<Done> {
  const { world, reading } = work
  const now = world.now()
  await world.db.tx(async (tx) => {
    const order = await lockAsRead(tx, reading)
    const why = { title: 'Running for a day', by: 'servers', at: now, wake: false }
    // A change of plan that waits for its server is looked at again.
    const nextCheckAt = reading.want.resizeWanted ? now : null
    await saveOrder(tx, order, { status: 'active', nextCheckAt }, why)
  })
  return goOn(work.seen)
}
