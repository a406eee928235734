import { ensurePanelAccount } from '../../accounts/index.ts'
import { openFinding, resolveFinding } from '../../findings/index.ts'
import { systemActor } from '../../kit/actor.ts'
import { takeFailure } from '../take-failure.ts'
import { callFor, type Done, goOn, type Work } from '../work.ts'

/** The panel user that will own the server. The accounts room keeps its own intent, so none is written here. */
export async function ensureAccount(work: Work): Promise<Done> {
  try {
    await ensurePanelAccount(work.world, {
      userId: work.reading.order.userId,
      call: callFor(work),
      withPassword: false,
      unknownWaitMs: work.settings.unknownWaitMs,
      by: systemActor('servers'),
      findings: { openFinding, resolveFinding },
    })
    return goOn(work.seen)
  } catch (thrown) {
    return takeFailure(work, work.reading.state, 'account', thrown)
  }
}
