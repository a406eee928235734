import { openFinding } from '../../findings/index.ts'
import { lockOrder, writeOrder } from '../../orders/index.ts'
import { settleHandChange } from '../rules/hand-change.ts'
import { saveState } from '../store/states.ts'
import { type Done, goOn, type Work } from '../work.ts'

/** Follows up a status that somebody set in SQL; billing is woken too, since a cancel is its business as well. */
export async function settleChangeByHand(work: Work): Promise<Done> {
  const { world, reading, settings } = work
  const now = world.now()
  const settlement = settleHandChange(reading.want, now, settings)
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, reading.order.id)
    const { suspend, retry, finding, status } = settlement
    if (retry) await saveState(tx, reading.state, { portTries: 0 })
    await writeOrder(
      tx,
      order,
      {
        status,
        changedByHand: null,
        nextCheckAt: now,
        ...(retry ? { failure: null, failureCount: 0 } : {}),
        ...(suspend ? { suspendedAt: order.suspendedAt ?? now, suspendedReason: order.suspendedReason ?? 'canceled' } : {}),
        ...(suspend && !order.canceledAt ? { canceledAt: now } : {}),
      },
      { title: retry ? 'Retry, asked for in SQL' : 'Status put back', by: 'servers', at: now },
    )
    if (finding)
      await openFinding(tx, {
        ...finding,
        severity: 'warning',
        subject: { type: 'order', id: order.id },
        evidence: { change: order.changedByHand },
        at: now,
      })
  })
  return goOn()
}
