/** What is told to people and programs elsewhere; each channel writes it in its own way. */
export interface Notice {
  /** The same on every try: a receiver that got it twice can tell. */
  id: string
  type: 'alert.fired' | 'alert.resolved' | 'digest' | 'test'
  severity: 'critical' | 'warning' | 'info'
  title: string
  /** Paragraphs of plain text. */
  lines: string[]
  facts: [name: string, value: string][]
  /** Where to look. */
  link: string
  at: Date
  /** The same for programs. */
  data: Record<string, unknown>
}

export type Target =
  | { kind: 'discord'; url: string }
  | { kind: 'slack'; url: string }
  /** Signed as https://www.standardwebhooks.com says; `secret` is `whsec_` and base64. */
  | { kind: 'webhook'; url: string; secret: string }

/** `facts` of a Failure thrown by the adapter. The address is a secret, and in none of them. */
export interface ChannelFacts {
  status: number | null
  error: string
}

export interface Channels {
  /**
   * Tells one notice. No redirect is followed, and no address but a public one is called.
   * Throws `channels.address_refused` or `channels.refused` (invalid), `channels.throttled`, `channels.error` or
   * `channels.unreachable` (unavailable; it may have been taken after all).
   */
  tell(target: Target, notice: Notice): Promise<void>
  /** Throws `channels.address_refused` for what can never be called: not https, with a login in it, or naming a private address. */
  checkAddress(url: string): void
}
