import { Failure } from '../../kit/failure.ts'
import { type Asked, answerOf, type Meaning, type PanelAnswer } from './answer.ts'
import { defaultPortChanged, refusal } from './refusal.ts'

/** No connection was made, so nothing was sent. */
const NEVER_REACHED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+)$/

/** What a failed call means. The panel's code decides, never the HTTP status alone: it hands the daemon's status on as its own. */
export function meaningOf(failure: Failure, asked: Asked): Meaning {
  const answer = answerOf(failure)
  if (!answer) return notSent(failure)
  if (!answer.answered) {
    const effect = NEVER_REACHED.test(answer.trouble ?? '') ? 'back_off' : 'look_up_after_35s'
    return { class: 'transient', effect, failure: unanswered(failure, answer) }
  }
  switch (answer.panelCode) {
    case 'ThrottleRequestsException':
      return { class: 'transient', effect: 'back_off', failure: throttled(failure, answer) }
    case 'AuthenticationException':
    case 'AccessDeniedHttpException':
      return { class: 'auth', effect: 'wait_for_key', failure: keyRefused(failure, answer) }
    case 'DaemonConnectionException':
      return { class: 'transient', effect: 'look_up_now', failure: daemonFailed(failure, answer, asked) }
    case 'ValidationException':
      return refusal(failure, answer, asked)
    case 'NoViableNodeException':
    case 'NoViableAllocationException':
      return { class: 'capacity', effect: 'wait_capacity', failure: noRoom(failure) }
    case 'NotFoundHttpException':
      return asked.step === 'create' || asked.step === 'account' || asked.step === 'look_up'
        ? { class: 'config', effect: 'stop', failure: noSuchAddress(failure) }
        : { class: 'transient', effect: 'look_up_now', failure: goneMeanwhile(failure) }
    case 'DisplayException':
      // Of all business refusals a change of limits knows this one alone.
      if (asked.step === 'resize') return defaultPortChanged(failure)
      break
    case null:
      return { class: 'transient', effect: 'look_up_after_35s', failure: unanswered(failure, answer) }
  }
  if ((answer.status ?? 500) >= 500 || answer.status === 409)
    return { class: 'transient', effect: 'look_up_now', failure: panelFailed(failure, answer) }
  return { class: 'bug', effect: 'stop', failure: notUnderstood(failure, answer, asked) }
}

/** Not the panel's answer: our own budget, another room, or a fault of ours before anything was sent. */
function notSent(failure: Failure): Meaning {
  if (failure.kind === 'unavailable') return { class: 'transient', effect: 'back_off', failure }
  if (failure.kind === 'full') return { class: 'capacity', effect: 'wait_capacity', failure }
  if (failure.kind === 'denied') return { class: 'auth', effect: 'wait_for_key', failure }
  if (failure.kind === 'conflict') return { class: 'identity', effect: 'stop', failure }
  if (failure.kind === 'bug') return { class: 'bug', effect: 'stop', failure }
  return { class: 'config', effect: 'stop', failure }
}

const make = (code: string, kind: Failure['kind'], from: Failure, say: string, next: string, retryAfterMs?: number | null): Failure =>
  new Failure({ code, kind, say, next, facts: from.facts, cause: from, ...(retryAfterMs ? { retryAfterMs } : {}) })

const BY_ITSELF = 'Nothing to do: it is tried again by itself.'

const unanswered = (from: Failure, answer: PanelAnswer) =>
  make(
    'servers.panel_silent',
    'unavailable',
    from,
    answer.status === null
      ? `The panel did not answer${answer.trouble ? ` (${answer.trouble})` : ''}.`
      : `Something in front of the panel answered ${answer.status}, not the panel.`,
    'Whether the call went through is looked up by itself before anything is sent again. If it lasts: check that the panel and its web server run.',
  )
const throttled = (from: Failure, answer: PanelAnswer) =>
  make(
    'servers.panel_throttled',
    'unavailable',
    from,
    'The panel allows no more calls this minute.',
    BY_ITSELF,
    answer.retryAfterMs ?? 10_000,
  )
const keyRefused = (from: Failure, answer: PanelAnswer) =>
  make(
    'servers.panel_key_refused',
    'denied',
    from,
    `The panel refuses our application key (${answer.status}).`,
    'Make a key with read and write on servers and users and read on nodes, allocations, locations, nests and eggs, owned by an administrator, and set PTERO_APP_KEY. Waiting orders go on by themselves.',
  )
const daemonFailed = (from: Failure, answer: PanelAnswer, asked: Asked) =>
  make(
    'servers.daemon_failed',
    'unavailable',
    from,
    `The daemon of node ${asked.node ?? '?'} failed (${answer.status}); the panel has cleaned up.`,
    answer.status === 401 || answer.status === 403
      ? 'The node’s daemon refuses the panel’s token: copy the node’s configuration from the panel to Wings and restart it. It is tried again by itself.'
      : 'It is tried again by itself. If it lasts: check Wings on that node, or disable the node so that orders move to another.',
  )
const noRoom = (from: Failure) =>
  make(
    'fleet.no_capacity',
    'full',
    from,
    'The panel has no node or port left for it.',
    'Add allocations or a node in this region; it goes on by itself.',
  )
const noSuchAddress = (from: Failure) =>
  make(
    'servers.panel_address',
    'invalid',
    from,
    'The panel has no such address.',
    'Check PANEL_URL: it must be the address of the panel itself, without a path. Then retry the order.',
  )
const goneMeanwhile = (from: Failure) =>
  make('servers.gone_meanwhile', 'unavailable', from, 'The panel no longer has this server.', 'It is looked up by itself.')
const panelFailed = (from: Failure, answer: PanelAnswer) =>
  make(
    'servers.panel_failed',
    'unavailable',
    from,
    `The panel failed (${answer.status} ${answer.panelCode}).`,
    'What stands is looked up and it is tried again by itself. If it lasts: read the panel’s log (storage/logs).',
  )
const notUnderstood = (from: Failure, answer: PanelAnswer, asked: Asked) =>
  make(
    asked.step === 'resize' ? 'servers.resize_refused' : 'servers.panel_refused',
    'bug',
    from,
    `The panel refused the call (${answer.status} ${answer.panelCode})${answer.detail ? `: ${answer.detail}` : '.'}`,
    'This answer is not known to us: look at the call in the order’s timeline and at the panel’s log, then retry the order.',
  )
