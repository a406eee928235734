import { Webhook } from 'standardwebhooks'
import type { Notice } from './types.ts'

/** https://www.standardwebhooks.com: body, and the three headers that say who sent it and when. */
export function signedWebhook(notice: Notice, secret: string, now: Date): { body: string; headers: Record<string, string> } {
  const { id, type, at, severity, title, lines, link, data } = notice
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { id, severity, title, text: lines.join('\n'), link, ...data } })
  return {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  }
}
