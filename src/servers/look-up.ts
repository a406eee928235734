import { notePanelAnswer } from '../fleet/index.ts'
import { forgetSeen, observed, saveSeen } from './store/seen.ts'
import { takeFailure } from './take-failure.ts'
import { callFor, type Done, goOn, type Work } from './work.ts'

/** Asks the panel for the one server with this external id. Only its own "no such thing" counts as absent. */
export async function lookUp(work: Work): Promise<Done> {
  const { world, reading } = work
  const { q } = world.db
  const orderId = reading.order.id
  // Dated before the call: what happens while the panel answers is not covered by it.
  const at = world.now()
  try {
    const server = await world.panel.serverByExternalId(callFor(work), orderId)
    if (reading.want.panelDoubtful) await notePanelAnswer(q, { status: 'ok', at: world.now() })
    if (!server) {
      await forgetSeen(q, [orderId])
      return goOn({ what: 'absent', at })
    }
    await saveSeen(q, [server], at)
    return goOn(observed(server, at))
  } catch (thrown) {
    return takeFailure(work, reading.state, 'look_up', thrown)
  }
}
