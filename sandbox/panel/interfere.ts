import { dateOff } from '../kit/date-off.ts'
import { crashed, denied, PanelError, throttled, unauthenticated } from './errors.ts'
import { type Answer, html } from './respond.ts'
import type { World } from './world.ts'

const RETRY_AFTER_MS = 5000

/**
 * What a person has switched on for this request, around its real answer.
 * @returns null when the connection is to be closed without one
 */
export async function interfere(
  world: World,
  what: string,
  answer: () => Promise<Answer>,
  refuse: (error: PanelError) => Answer,
): Promise<Answer | null> {
  const { faults, sleep } = world
  if (faults.take('panel', 'down', what)) return null
  if (faults.take('panel', 'hang', what)) return new Promise(() => undefined)
  const slow = faults.take('panel', 'slow', what)
  if (slow) await sleep(slow.ms ?? 1000)
  if (faults.take('panel', 'html', what)) return gateway(502, 'Bad Gateway')
  if (faults.take('panel', 'login_page', what)) return html(200, '<form><input type="password"></form>', 'Sign in')
  if (faults.take('panel', 'key_refused', what)) return refuse(unauthenticated())
  if (faults.take('panel', 'permission_missing', what)) return refuse(denied())
  const many = faults.take('panel', 'too_many_requests', what)
  if (many) return refuse(tooMany(world, many.ms ?? RETRY_AFTER_MS))
  const before = faults.take('panel', 'error_before', what)
  if (before) {
    const status = before.status ?? 500
    return refuse(status === 500 ? crashed('QueryException') : new PanelError('HttpException', status, 'The panel is not well.'))
  }
  const result = await answer()
  const after = faults.take('panel', 'error_after', what)
  const given = after ? gateway(after.status ?? 504, 'Gateway Time-out') : result
  return { ...given, headers: { ...given.headers, ...dateOff(faults.take('panel', 'clock_off', what)) } }
}

function tooMany({ clock }: World, ms: number): PanelError {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return throttled({
    'x-ratelimit-limit': '240',
    'x-ratelimit-remaining': '0',
    'retry-after': String(seconds),
    'x-ratelimit-reset': String(Math.ceil(clock.now().getTime() / 1000) + seconds),
  })
}

/** A proxy in front of the panel: a page, none of the panel's headers. */
const gateway = (status: number, words: string): Answer =>
  html(status, `<center><h1>${status} ${words}</h1></center><hr><center>nginx</center>`, words)
