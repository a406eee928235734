import { createTransport } from 'nodemailer'
import { Failure } from '../../kit/failure.ts'
import type { Mail, MailFacts } from './types.ts'

const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 20_000 }

/**
 * @param options `url` smtp://user:password@host:587 or smtps://…; `from` the sender, `GIVRWRLD <servers@example.com>`
 */
export function createMail(options: { url: string; from: string }): Mail & { close(): void } {
  const transport = createTransport({ url: options.url, ...TIMEOUTS, pool: true, maxConnections: 4 })
  return {
    async send({ messageId, ...message }) {
      const mail = { ...message, from: options.from, messageId, headers: { 'Auto-Submitted': 'auto-generated' } }
      await transport.sendMail(mail).catch(refuse)
    },
    async check() {
      await transport.verify().catch(refuse)
    },
    close: () => transport.close(),
  }
}

/** What nodemailer throws: `responseCode` is the server's reply, where there was one. */
function refuse(cause: Error & { responseCode?: number; code?: string }): never {
  const reply = cause.responseCode ?? null
  const facts: MailFacts & { error: string } = { reply, error: cause.message }
  // RFC 5321: 5xx is for good. A refused login (EAUTH) is our configuration's fault, not the message's: it waits.
  if (reply !== null && reply >= 500 && cause.code !== 'EAUTH')
    throw new Failure({
      code: 'mail.refused',
      kind: 'invalid',
      say: `The mail server refuses this message: ${cause.message}`,
      next: 'Check the address.',
      facts: { ...facts },
      cause,
    })
  throw new Failure({
    code: 'mail.unavailable',
    kind: 'unavailable',
    say: `The mail server cannot be used now: ${cause.message}`,
    next: 'It is tried again by itself; if it lasts, check SMTP_URL and the mail server.',
    facts: { ...facts },
    cause,
  })
}
