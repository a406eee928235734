import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import { createAgenda } from './agenda.ts'
import { deliverDue, deliverHeld } from './events/deliver.ts'
import { createPoster } from './events/post.ts'
import { controlDoors } from './pages/control-doors.ts'
import { enter } from './pages/door.ts'
import { pay, payDoors } from './pages/pay-doors.ts'
import { notFoundPage } from './pages/pay-page.ts'
import { portalDoors } from './pages/portal-doors.ts'
import { retryInvoice } from './payments/collect.ts'
import { settleBankDebit } from './payments/complete-session.ts'
import { closeDispute, openDispute } from './payments/disputes.ts'
import { answerAuthentication, type PayAnswer } from './payments/pay-session.ts'
import { lapsePendingUpdate } from './payments/pending-update.ts'
import { renew } from './payments/renew.ts'
import { settleRefund } from './resources/refunds.ts'
import { expireSession } from './resources/sessions.ts'
import { createEndpoint, rollSecret } from './resources/webhook-endpoints.ts'
import { routes } from './routes.ts'
import { openTables } from './tables.ts'
import { createApi } from './wire/api.ts'
import { forgetOldAnswers } from './wire/idempotency.ts'
import type { Dispute, Session } from './wire/shapes.ts'
import type { World } from './world.ts'

export interface StripeOptions {
  clock: Clock
  journal: Journal
  faults: Faults
  /** 0: any free one. */
  port?: number
  host?: string
  secretKey?: string
  /** Where a browser reaches the hosted pages; left out: the address it listens on. */
  publicUrl?: string
  webhookSecret?: string
  /** An endpoint for all events, made at start if it is not there. */
  webhookUrl?: string
  latencyMs?: number
  retryScheduleMs?: number[]
  dunningScheduleMs?: number[]
  bankDebitMs?: number
}

export interface SandboxStripe {
  url: string
  host: string
  port: number
  secretKey: string
  /** Tries every delivery that is due, and does everything else that is. */
  settle(): Promise<void>
  stats(): { requests: number; byRoute: Record<string, number>; events: number; deliveries: number; undelivered: number }
  /** What a person at the pay page does. @param card a test card's number; @param how.authenticate the answer to 3-D Secure. */
  pay(sessionId: string, card?: string, how?: { authenticate?: 'complete' | 'fail'; email?: string; name?: string }): PayAnswer
  payByBank(sessionId: string, method?: 'us_bank_account' | 'sepa_debit'): PayAnswer
  settleBankDebit(sessionId: string, outcome: 'succeed' | 'fail'): Session | null
  openDispute(chargeId: string, reason?: string): Dispute | null
  closeDispute(disputeId: string, outcome: 'won' | 'lost'): Dispute | null
  /** Replaces an endpoint's secret; both sign for a day. Returns the new one. */
  rollSecret(endpointId: string): string
  close(): Promise<void>
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Speaks Stripe's protocol on one port: the API under `/v1`, the pages a customer sees, and the operator's page. */
export async function startStripe(options: StripeOptions): Promise<SandboxStripe> {
  const secretKey = options.secretKey ?? 'sk_test_sandbox'
  if (/^[sr]k_live_/.test(secretKey)) throw new Error('The Stripe sandbox was given a live key. It starts with a test key only.')
  const rows = openTables(options.journal)
  const world: World = {
    clock: options.clock,
    faults: options.faults,
    rows,
    agenda: createAgenda(options.clock, rows.agenda),
    settings: {
      secretKey,
      publicUrl: '',
      retryScheduleMs: options.retryScheduleMs ?? [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, DAY],
      dunningScheduleMs: options.dunningScheduleMs ?? [3 * DAY, 5 * DAY, 7 * DAY],
      bankDebitMs: options.bankDebitMs ?? 60 * SECOND,
      latencyMs: options.latencyMs ?? 0,
    },
    cause: null,
  }
  forgetOldAnswers(world)
  const api = createApi(world, routes)
  const doors = [...payDoors, ...portalDoors, ...controlDoors]
  const counts = new Map<string, number>()
  let requests = 0

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const answer = async () => {
      if (url.pathname.startsWith('/v1/') || url.pathname.startsWith('/v2/')) {
        requests += 1
        const known = routes.find((one) => one.method === request.method && one.pattern.test(url.pathname))
        const key = known ? `${known.method} ${known.path}` : 'unknown'
        counts.set(key, (counts.get(key) ?? 0) + 1)
        await api(request, response, url)
      } else if (!(await enter(world, doors, request, response, url)))
        response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' }).end(notFoundPage())
    }
    answer().catch((error: unknown) => {
      console.error('sandbox stripe:', error)
      request.socket.destroy()
    })
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, host, resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://${host}:${port}`
  world.settings.publicUrl = (options.publicUrl ?? url).replace(/\/$/, '')
  if (options.webhookUrl) ensureEndpoint(world, options.webhookUrl, options.webhookSecret ?? 'whsec_sandbox_secret')

  const poster = createPoster()
  world.agenda.start({
    'session.expire': ([due]) => {
      const session = rows.sessions.get(due!.ref)
      if (session?.status === 'open') expireSession(world, session)
    },
    'session.settle': ([due]) => void settleBankDebit(world, due!.ref, true),
    'subscription.renew': ([due]) => renew(world, due!.ref),
    'subscription.lapse': ([due]) => lapsePendingUpdate(world, due!.ref),
    'invoice.retry': ([due]) => retryInvoice(world, due!.ref),
    'refund.settle': ([due]) => settleRefund(world, due!.ref),
    delivery: (due) => deliverDue(world, poster, due),
    'delivery.held': (due) => deliverHeld(world, poster, due),
  })
  const sessionOf = (id: string) => {
    const session = rows.sessions.get(id)
    if (!session) throw new Error(`The Stripe sandbox has no session ${id}.`)
    return session
  }

  return {
    url,
    host,
    port,
    secretKey,
    settle: () => world.agenda.settle(),
    stats: () => {
      const deliveries = rows.deliveries.values()
      const undelivered = deliveries.filter((delivery) => delivery.state !== 'delivered').length
      return { requests, byRoute: Object.fromEntries(counts), events: rows.events.size, deliveries: deliveries.length, undelivered }
    },
    pay(sessionId, card = '4242424242424242', how = {}) {
      const session = sessionOf(sessionId)
      const answer = pay(world, session, { card, name: how.name ?? 'Test Customer', email: how.email ?? '' })
      return answer.outcome === 'authentication_required' && how.authenticate
        ? answerAuthentication(world, session, how.authenticate === 'complete')
        : answer
    },
    payByBank: (sessionId, method = 'us_bank_account') => pay(world, sessionOf(sessionId), { method }),
    settleBankDebit: (sessionId, outcome) => settleBankDebit(world, sessionId, outcome === 'succeed'),
    openDispute: (chargeId, reason) => openDispute(world, chargeId, reason),
    closeDispute: (disputeId, outcome) => closeDispute(world, disputeId, outcome),
    rollSecret: (endpointId) => rollSecret(world, endpointId),
    async close() {
      world.agenda.stop()
      poster.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The product's own endpoint, known by its address; its secret is one of the configuration's, a comma list while one is rolled. */
function ensureEndpoint(world: World, url: string, list: string) {
  const secrets = list.split(',')
  const [first = ''] = secrets
  const ours = world.rows.endpoints.values().filter((endpoint) => endpoint.url === url)
  const fits = ours.some(({ id, status }) => status === 'enabled' && secrets.includes(world.rows.endpointSecrets.get(id)?.secret ?? ''))
  if (fits) return
  const [known] = ours
  if (known) rollSecret(world, known.id, 86_400, first)
  else createEndpoint(world, { url, enabled_events: ['*'], secret: first, description: 'Made when the sandbox started' })
}
