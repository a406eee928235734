import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFaults } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startMail } from '../../sandbox/mail/start.ts'
import { startPanel } from '../../sandbox/panel/start.ts'
import { demoPanelSeed } from '../../sandbox/seeds/demo-panel.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { HANDLERS } from '../../src/billing/handlers/index.ts'

/** One call as the panel saw it come in. */
export interface PanelArrival {
  method: string
  path: string
  at: number
}
export interface Outside {
  panel: Awaited<ReturnType<typeof startPanel>>
  stripe: Awaited<ReturnType<typeof startStripe>>
  smtpUrl: string
  /** Answered calls of the panel, with their queries, the first one first. */
  calls: { method: string; path: string }[]
  /** Hears every call when it comes in. */
  onArrival: ((arrival: PanelArrival) => void) | null
  /** Hears every event before it goes on to the shop. */
  onEvent: ((event: { type: string; objectId: string; at: number }) => void) | null
  close(): Promise<void>
}

export const WEBHOOK_SECRET = 'whsec_bench_secret'
export const STRIPE_KEY = 'sk_test_sandbox'

/** As measured on a real panel on two cores: medians in ms. */
const latencyOf = (method: string, path: string): number => {
  if (method === 'POST' && path.endsWith('/users')) return 170
  return method === 'POST' && path.endsWith('/servers') ? 60 : 25
}
const INSTALL_SECONDS = 60
const installSeconds = () => INSTALL_SECONDS * (0.8 + 0.4 * Math.random())
/** The demo shop's machines, so large that no run fills them. */
const GROWN = 16

/** Panel, Stripe and mail in this process; the shop takes `port`, the panel and Stripe the two after it. */
export async function startOutside(port: number, panelCallsAMinute: number): Promise<Outside> {
  const clock = createClock()
  const journal = openJournal(null)
  const faults = createFaults(journal)
  const seed = demoPanelSeed()
  for (const node of seed.nodes) Object.assign(node, { memory: node.memory * GROWN, disk: node.disk * GROWN })
  const webhook = await forwardEvents(`http://127.0.0.1:${port}/functions/v1/stripe-webhook`, (event) => outside.onEvent?.(event))
  const mail = await startMail({ smtpPort: 0, clock, journal: openJournal(null), faults })
  const panel = await startPanel({
    port: port + 1,
    rateLimit: panelCallsAMinute,
    clock,
    journal: openJournal(null),
    faults,
    seed,
    installSeconds,
    latencyMs(method, path) {
      outside.onArrival?.({ method, path, at: performance.now() })
      return latencyOf(method, path)
    },
    log(line) {
      const [method = '', path = ''] = line.split(' ')
      outside.calls.push({ method, path })
    },
  })
  const stripe = await startStripe({
    port: port + 2,
    clock,
    journal: openJournal(null),
    faults,
    secretKey: STRIPE_KEY,
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: webhook.url,
  })
  const outside: Outside = {
    panel,
    stripe,
    smtpUrl: mail.smtpUrl,
    calls: [],
    onArrival: null,
    onEvent: null,
    async close() {
      webhook.close()
      await Promise.all([stripe.close(), panel.close(), mail.close()])
      clock.close()
    },
  }
  return outside
}

/** Between Stripe and the shop: says when each event leaves for the shop. */
async function forwardEvents(to: string, hear: (event: { type: string; objectId: string; at: number }) => void) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const event = JSON.parse(body.toString()) as { type: string; data: { object: { id: string } } }
      // An endpoint at Stripe names the types it wants; the sandbox sends all.
      if (!(event.type in HANDLERS)) return void response.writeHead(200).end()
      const headers = { 'content-type': 'application/json', 'stripe-signature': String(request.headers['stripe-signature']) }
      hear({ type: event.type, objectId: event.data.object.id, at: performance.now() })
      fetch(to, { method: 'POST', headers, body }).then(
        (answer) => response.writeHead(answer.status).end(),
        () => response.writeHead(502).end(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
