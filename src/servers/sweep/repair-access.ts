import { ensurePanelAccount } from '../../accounts/index.ts'
import { openFinding, type Repair, resolveFinding } from '../../findings/index.ts'
import { notePanelAnswer } from '../../fleet/index.ts'
import { Failure } from '../../kit/failure.ts'
import { retryOrder } from '../../orders/index.ts'
import { nothingToRepair } from '../errors.ts'
import { ordersInError, ordersWaitingForKey } from '../store/records.ts'
import { wakeOrder } from '../store/wake.ts'
import type { ServersWorld } from '../work.ts'

const BATCH = 200

/** Asks the panel something harmless with the key; taken, all orders that wait for it go on. */
export const checkKey: Repair<ServersWorld> = async (world, ask) => {
  const did = 'Ask the panel for its locations, which tells whether it takes our key; if it does, all waiting orders go on.'
  if (ask.dryRun) return { did, mended: false }
  try {
    await world.panel.locations({ share: 'staff' })
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === 'denied') throw nothingToRepair(ask.finding.remedy)
    throw thrown
  }
  await notePanelAnswer(world.db.q, { status: 'ok', at: world.now() })
  const waiting = await ordersWaitingForKey(world.db.q, BATCH)
  await world.db.tx(async (tx) => {
    for (const id of waiting) await wakeOrder(tx, id)
  })
  return { did: `The panel takes the key; ${waiting.length} orders were waiting for it.`, mended: true }
}

/** Asks the panel again for the account of a customer whose address was somebody else's there, and tries what waits for it. */
export const retryAccount: Repair<ServersWorld> = async (world, ask) => {
  const userId = ask.finding.subject_id
  const waiting = await ordersInError(world.db.q, { userId, code: ask.finding.kind })
  const did = `Ask the panel for the customer's account, and make or take it; then try ${waiting.length} orders that wait for it.`
  if (ask.dryRun) return { did, mended: false }
  const findings = { openFinding, resolveFinding }
  await ensurePanelAccount(world, { userId, call: { share: 'staff' }, withPassword: false, by: ask.by, findings })
  for (const orderId of waiting) await retryOrder(world, { by: ask.by, orderId, reason: ask.reason, requestId: ask.requestId })
  return { did, mended: true }
}
