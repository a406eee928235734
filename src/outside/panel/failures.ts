import { Failure, type FailureParts } from '../../kit/failure.ts'
import { SECOND } from '../../kit/time.ts'
import { saysAbsent, type Verdict } from './answer.ts'

const BY_ITSELF = 'It is tried again by itself.'
/** The panel's window is 60 s; without Retry-After (never seen) a part of it will do. */
const THROTTLED_MS = 10 * SECOND

type Words = Pick<FailureParts, 'code' | 'kind' | 'say' | 'next'> & Partial<Pick<FailureParts, 'field' | 'fields' | 'retryAfterMs'>>

/** A failed call as a Failure whose `facts` are PanelFacts. `errors[0].code` decides; the HTTP status alone means nothing. */
export function toFailure(verdict: Verdict, cause?: unknown): Failure {
  const { facts, trouble, detail } = verdict
  return new Failure({ ...words(verdict), facts: { ...facts, trouble, detail }, cause })
}

function words(verdict: Verdict): Words {
  const { facts } = verdict
  if (!facts.answered) return unreachable(verdict)
  switch (facts.panelCode) {
    case 'ThrottleRequestsException':
      return {
        code: 'panel.throttled',
        kind: 'unavailable',
        say: 'The panel allows no more calls this minute.',
        next: BY_ITSELF,
        retryAfterMs: facts.retryAfterMs ?? THROTTLED_MS,
      }
    case 'AuthenticationException':
    case 'AccessDeniedHttpException':
      return {
        code: 'panel.key_refused',
        kind: 'denied',
        say: `The panel refuses our key (${facts.status}).`,
        next: 'Make an application key with every permission, owned by an administrator, and set PTERO_APP_KEY.',
      }
    case 'DaemonConnectionException':
      return {
        code: 'panel.daemon_failed',
        kind: 'unavailable',
        say: `The node's daemon failed (${facts.status}); the panel has taken back what it had begun.`,
        next: `${BY_ITSELF} If it lasts, check Wings on that node.`,
      }
    case 'ValidationException':
      return refused(verdict)
    case 'QueryException':
    case 'DataValidationException':
      return {
        code: 'panel.lost_race',
        kind: 'unavailable',
        say: 'Two calls got in each other’s way on the panel.',
        next: 'What stands is looked up, then it is tried again by itself.',
      }
    case 'NotFoundHttpException':
      return saysAbsent(verdict) ? absent(verdict) : wrongAddress(verdict)
    default:
      return other(verdict)
  }
}

/** The code of "the panel itself says that there is no such thing". */
export const ABSENT = 'panel.not_found'
const absent = ({ facts }: Verdict): Words => ({
  code: ABSENT,
  kind: 'missing',
  say: `The panel has no ${facts.path}.`,
  next: 'It was deleted there, or never was.',
})
const wrongAddress = ({ facts }: Verdict): Words => ({
  code: 'panel.wrong_address',
  kind: 'invalid',
  say: `The panel knows no address ${facts.path}.`,
  next: 'Check PANEL_URL: it is the address of the panel itself, without a path.',
})

const unreachable = ({ facts, trouble }: Verdict): Words => ({
  code: 'panel.unreachable',
  kind: 'unavailable',
  say:
    facts.status === null
      ? `The panel did not answer (${trouble}).`
      : `Something that is not the panel answered ${facts.status} (${trouble}).`,
  next: `Whether the call went through is looked up before it is sent again. If it lasts, check the panel and the proxy before it.`,
})

function refused({ facts }: Verdict): Words {
  const fields = Object.fromEntries(Object.entries(facts.refused).map(([field, one]) => [field, one.detail]))
  const field = Object.keys(fields)[0] ?? null
  return {
    code: 'panel.refused',
    kind: 'invalid',
    say: `The panel refuses ${Object.keys(fields).join(', ') || 'the call'}: ${Object.values(fields).join(' ')}`,
    next: 'Correct what is named; nothing was done.',
    field,
    fields,
  }
}

function other({ facts, detail }: Verdict): Words {
  // Business refusals (DisplayException and its children) are 400, each with a code of its own.
  if (facts.status === 400)
    return {
      code: 'panel.display_refused',
      kind: 'invalid',
      say: `The panel refuses: ${detail}`,
      next: 'Nothing was done. Mend the cause named.',
    }
  if (facts.status === 409)
    return { code: 'panel.busy', kind: 'unavailable', say: `The panel cannot do this now: ${detail}`, next: BY_ITSELF }
  return {
    code: 'panel.error',
    kind: 'unavailable',
    say: `The panel failed (${facts.status} ${facts.panelCode}).`,
    next: 'What stands is looked up, then it is tried again by itself. If it lasts, read the panel’s log (storage/logs).',
  }
}

/** The caller called it off before anything was sent: no PanelFacts, since nothing can have happened. */
export const notSent = (): Failure =>
  new Failure({
    code: 'panel.not_sent',
    kind: 'unavailable',
    say: 'The call to the panel was called off before it was sent.',
    next: BY_ITSELF,
  })
