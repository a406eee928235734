import { Failure } from '../../kit/failure.ts'
import type { ChannelFacts } from './types.ts'

export const addressRefused = (why: string) =>
  new Failure({
    code: 'channels.address_refused',
    kind: 'invalid',
    say: `This address cannot be called. ${why}`,
    next: 'Give a public https address.',
    field: 'url',
    facts: { status: null, error: why } satisfies ChannelFacts,
  })

export const unreachable = (cause: unknown) => {
  const error = (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause))
  return new Failure({
    code: 'channels.unreachable',
    kind: 'unavailable',
    say: `The channel does not answer: ${error}.`,
    next: 'It is tried again by itself; if it lasts, check the address.',
    facts: { status: null, error } satisfies ChannelFacts,
  })
}

/** What a status of 300 and more means. @param retryAfter the header, in seconds */
export function refusedBy(status: number, retryAfter: string | undefined): Failure {
  const facts: ChannelFacts = { status, error: `answered ${status}` }
  if (status === 429)
    return new Failure({
      code: 'channels.throttled',
      kind: 'unavailable',
      say: 'The channel takes no more at this moment: it answered 429.',
      next: 'It is tried again by itself.',
      facts: { ...facts },
      ...(Number(retryAfter) > 0 ? { retryAfterMs: Math.min(3_600, Number(retryAfter)) * 1_000 } : {}),
    })
  if (status >= 500)
    return new Failure({
      code: 'channels.error',
      kind: 'unavailable',
      say: `The channel has trouble: it answered ${status}.`,
      next: 'It is tried again by itself.',
      facts: { ...facts },
    })
  const moved = status < 400
  return new Failure({
    code: 'channels.refused',
    kind: 'invalid',
    say: `The channel refuses this: it answered ${status}${moved ? ' and sends us elsewhere' : ''}.`,
    next: moved ? 'Give the address it sends to; redirects are not followed.' : 'Check the address: it may have been deleted or made anew.',
    facts: { ...facts },
  })
}
