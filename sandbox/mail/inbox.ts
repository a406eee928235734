import type { ParsedMail } from 'mailparser'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'

export interface StoredMail {
  id: string
  /** ISO instant of arrival, by the sandbox's clock. */
  at: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  /** The sender's Message-ID: the same on a message that came twice. */
  messageId: string
  /** Addresses of the links in it, in order. */
  links: string[]
}

export interface Inbox {
  /** Newest first; `to` compares the whole address without case. */
  messages(to?: string): StoredMail[]
  message(id: string): StoredMail | null
  take(parsed: ParsedMail, recipients: string[]): void
}

const LINK = /href="(https?:[^"]+)"/g
const BARE_LINK = /https?:\/\/[^\s<>"]+/g
const KEPT = 1_000

export function createInbox(journal: Journal, clock: Clock): Inbox {
  const rows = journal.collection<StoredMail>('mails')
  let last = Math.max(0, ...rows.values().map((mail) => Number(mail.id)))
  return {
    messages: (to) =>
      rows
        .values()
        .filter((mail) => !to || mail.to.some((address) => address.toLowerCase() === to.toLowerCase()))
        .reverse(),
    message: (id) => rows.get(id) ?? null,
    take(parsed, recipients) {
      last += 1
      const html = typeof parsed.html === 'string' ? parsed.html : ''
      const text = parsed.text ?? ''
      const links = html
        ? [...html.matchAll(LINK)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'))
        : [...text.matchAll(BARE_LINK)].map(([link]) => link)
      rows.set(last, {
        id: String(last),
        at: clock.now().toISOString(),
        from: parsed.from?.text ?? '',
        to: recipients,
        subject: parsed.subject ?? '',
        text,
        html,
        messageId: parsed.messageId ?? '',
        links,
      })
      if (rows.size > KEPT) rows.delete(last - KEPT)
    },
  }
}
