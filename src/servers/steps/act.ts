import { lookUp } from '../look-up.ts'
import type { Meaning } from '../rules/answer.ts'
import type { Step } from '../rules/step.ts'
import { saveFailure } from '../take-failure.ts'
import type { Done, Work } from '../work.ts'
import { adoptServer, closeAttempt } from './close-attempt.ts'
import { createServer } from './create-server.ts'
import { activate, deliver } from './deliver.ts'
import { ensureAccount } from './ensure-account.ts'
import { reinstallServer, resumeInstallation, startOver } from './mend-installation.ts'
import { reserve } from './reserve.ts'
import { confirmResize, resizeServer } from './resize-server.ts'
import { settleChangeByHand } from './settle-hand-change.ts'
import { deleteServer, releaseRoom, suspendServer } from './take-down.ts'

/** Does one step: at most one call to the panel that changes something, and one transaction. */
export function act(work: Work, step: Step): Promise<Done> {
  switch (step.do) {
    case 'settle_hand_change':
      return settleChangeByHand(work)
    case 'look_up':
      return lookUp(work)
    case 'close_attempt':
      return closeAttempt(work)
    case 'ensure_account':
      return ensureAccount(work)
    case 'reserve':
      return reserve(work, 'anew')
    case 'move_reservation':
      return reserve(work, 'elsewhere')
    case 'create':
      return createServer(work)
    case 'adopt':
      return adoptServer(work)
    case 'resume':
      return resumeInstallation(work)
    case 'reinstall':
      return reinstallServer(work)
    case 'start_over':
      return startOver(work)
    case 'delete':
      return deleteServer(work)
    case 'suspend':
    case 'unsuspend':
      return suspendServer(work, step.do)
    case 'resize':
      return resizeServer(work)
    case 'confirm_resize':
      return confirmResize(work)
    case 'release':
      return releaseRoom(work)
    case 'deliver':
      return deliver(work)
    case 'activate':
      return activate(work)
    case 'give_up':
      return saveFailure(work, { class: classOf(step.failure.kind), effect: 'stop', failure: step.failure })
  }
}

const classOf = (kind: string): Meaning['class'] => (kind === 'conflict' ? 'identity' : 'config')
