/** Sends one message, or throws a Failure of kind `unavailable`. */
export interface Mail {
  send(message: { to: string; subject: string; text: string; html: string; messageId: string }): Promise<void>
  /** Whether the server takes our connection; throws otherwise. */
  check(): Promise<void>
}
