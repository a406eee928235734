import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll } from 'vitest'
import { z } from 'zod'

/** What a receiver was told. `title` as that kind of channel shows it. */
export interface Heard {
  channel: 'discord' | 'slack' | 'webhook'
  /** The notice's own id, the same on every try. */
  id: string
  title: string
  text: string
  body: Record<string, unknown>
}

/** What Discord takes: its limits are checked, since it refuses what is beyond. */
const Discord = z.object({
  embeds: z
    .array(
      z.object({
        title: z.string().min(1).max(256),
        description: z.string().max(4_096),
        url: z.url(),
        timestamp: z.iso.datetime(),
        fields: z.array(z.object({ name: z.string().min(1).max(256), value: z.string().min(1).max(1_024) })).max(25),
        footer: z.object({ text: z.string().max(2_048) }),
      }),
    )
    .length(1),
  allowed_mentions: z.object({ parse: z.array(z.never()) }),
})
const Text = z.object({ type: z.enum(['mrkdwn', 'plain_text']), text: z.string().min(1).max(3_000) })
const Slack = z.object({
  text: z.string().min(1),
  blocks: z.array(
    z.looseObject({
      type: z.enum(['header', 'section', 'context']),
      text: Text.optional(),
      fields: z.array(Text).max(10).optional(),
      elements: z.array(Text).optional(),
    }),
  ),
})
const Signed = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ id: z.string(), title: z.string(), text: z.string() }),
})

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`

/** Stand-ins for Discord, Slack and somebody's webhook on one local port; each refuses what the real one would. */
export async function startReceivers() {
  const heard: Heard[] = []
  const refused: string[] = []
  let secret = WEBHOOK_SECRET
  const trouble = new Map<Heard['channel'], number | 'hang'>()
  const take = (channel: Heard['channel'], raw: string, headers: IncomingHttpHeaders): Heard => {
    const body = JSON.parse(raw) as Record<string, unknown>
    if (channel === 'discord') {
      const [embed] = Discord.parse(body).embeds
      return { channel, body, id: embed?.footer.text.split(' · ')[1] ?? '', title: embed?.title ?? '', text: embed?.description ?? '' }
    }
    if (channel === 'slack') {
      const { text, blocks } = Slack.parse(body)
      const last = blocks.at(-1)?.elements?.[0]?.text ?? ''
      return { channel, body, id: last.split(' · ')[2] ?? '', title: text, text: blocks[1]?.text?.text ?? '' }
    }
    new Webhook(secret).verify(raw, headers as Record<string, string>)
    const { data } = Signed.parse(body)
    return { channel, body, id: String(headers['webhook-id']), title: data.title, text: data.text }
  }
  const server = createServer((request, response) => {
    const channel = request.url?.slice(1) as Heard['channel']
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const wrong = trouble.get(channel)
      if (wrong === 'hang') return
      if (wrong !== undefined) return void response.writeHead(wrong).end()
      try {
        heard.push(take(channel, Buffer.concat(parts).toString(), request.headers))
        response.writeHead(channel === 'discord' ? 204 : 200).end(channel === 'slack' ? 'ok' : '')
      } catch (error) {
        refused.push(`${channel}: ${error}`)
        response.writeHead(400).end()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (channel: Heard['channel']) => `http://127.0.0.1:${port}/${channel}`,
    heard,
    /** The secret that the webhook's receiver was given. */
    verifyWith(given: string) {
      secret = given
    },
    /** Messages that the real service would not have taken. */
    refused,
    /** Lets one of them answer with a status, or never. */
    break: (channel: Heard['channel'], how: number | 'hang') => void trouble.set(channel, how),
    mend: (channel: Heard['channel']) => void trouble.delete(channel),
    titles: (channel: Heard['channel']) => heard.filter((one) => one.channel === channel).map((one) => one.title),
  }
}
