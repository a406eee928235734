import type { SEVERITIES } from '../contract.ts'

export interface Kind {
  /** The usual one; where it may be either, the graver. */
  severity: (typeof SEVERITIES)[number]
  /** What is wrong. */
  means: string
  /** What the system does about it without anybody. */
  itself: string
  /** What a person decides; empty: nothing. */
  person: string
  /** What `findings repair` can do: the name of the way → what it does. With one way its name may be left out. */
  ways?: Record<string, string>
}

export const RETRY_OR_REFUND = {
  retry: 'Tries the order again at once and forgets its failures.',
  refund: 'Ends the order, gives every payment back and deletes what stands of it. The customer reads the reason.',
}
