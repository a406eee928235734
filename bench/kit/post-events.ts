import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { WEBHOOK_SECRET } from './outside.ts'

interface Signed {
  body: Buffer
  signature: string
}

/** Events as Stripe signs them, each with an id of its own, as large as a real one. */
export function signedEvents(count: number, like: object): Signed[] {
  const created = Math.floor(Date.now() / 1_000)
  return Array.from({ length: count }, () => {
    const body = JSON.stringify({ ...like, id: `evt_${randomUUID()}`, created })
    const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${created}.${body}`).digest('hex')
    return { body: Buffer.from(body), signature: `t=${created},v1=${digest}` }
  })
}

/** Sends all of them over `connections` kept-alive connections. @returns events a second; throws on any answer but 200 */
export async function postAll(url: string, events: Signed[], connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const waiting = [...events]
  const started = performance.now()
  const sender = async () => {
    for (let event = waiting.pop(); event; event = waiting.pop()) await post(agent, url, event)
  }
  await Promise.all(Array.from({ length: connections }, sender))
  const seconds = (performance.now() - started) / 1_000
  agent.destroy()
  return events.length / seconds
}

const post = (agent: Agent, url: string, { body, signature }: Signed): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length, 'stripe-signature': signature }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`))))
    })
    sent.on('error', reject)
    sent.end(body)
  })
