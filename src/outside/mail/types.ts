/** `facts` of a Failure thrown by the adapter. */
export interface MailFacts {
  /** SMTP reply code; null when the server gave none. */
  reply: number | null
}

export interface Mail {
  /**
   * Sends one message. Throws `mail.unavailable` (unavailable: no server, no answer, "try later"; it may have gone out after all)
   * or `mail.refused` (invalid: the server says for good that it will not take this one).
   */
  send(message: { to: string; subject: string; text: string; html: string; messageId: string }): Promise<void>
  /** Whether the server takes our connection and our login; throws otherwise. */
  check(): Promise<void>
}
