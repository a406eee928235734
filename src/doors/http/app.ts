import { compress } from 'hono/compress'
import { accountRoutes, identify, type Locks, STRANGER } from '../../accounts/index.ts'
import { auditRoutes } from '../../audit/index.ts'
import { endRoutes, stripeWebhookRoutes } from '../../billing/index.ts'
import { customerRoutes } from '../../customers/index.ts'
import { findingRepairRoutes, findingRoutes } from '../../findings/index.ts'
import { fleetRoutes } from '../../fleet/index.ts'
import { healthRoutes } from '../../health/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { bodyAtMost, type Ctx, newRouter, type Router } from '../../kit/routes.ts'
import { type DoctorDesk, doctorRoutes, functionRoutes, logRoutes } from '../../operations/index.ts'
import { opsOrderRoutes, orderRoutes, shopRoutes } from '../../orders/index.ts'
import type { World } from '../../world.ts'
import { NONCE } from '../prove.ts'
import { REPAIRS } from '../repairs.ts'
import { clientIpOf } from './client-ip.ts'
import { browserHeaders, fromOurPages } from './headers.ts'
import { answerProblem, notFound } from './problem.ts'
import { refuseNul } from './refuse-nul.ts'
import { sayRequest, sayWho } from './say-request.ts'
import { answerStatic } from './static.ts'

export interface AppParts {
  world: World
  locks: Locks
  /** Whoever asks is this one: the command line, in its own process. */
  caller?: Actor
  trustedProxies: number
  checkoutsPerAddress: number
  /** What an operator may give back of one order within a day; nothing where it is left out. */
  refundLimitCents?: number
  /** Folder of the built web app. */
  webFolder: string
  /** Called after a webhook is stored. */
  onWebhook(): void
  /** Called with every answer, when it is known; counts it and does not wait. */
  onAnswer?(answer: { method: string; path: string; status: number }): void
  /** What /healthz answers to a number that somebody made up. */
  prove(nonce: string): string
  doctor: DoctorDesk
  /** Why the process can't work right now, or null. */
  notReady(): Promise<string | null>
}

const BODY_LIMIT = 256 * 1024
const API_PATH = /^\/(?:api|functions|metrics)(?:\/|$)/

/** The whole HTTP face: who asks, what they may, the rooms' routes, the web app. No decision of the business lives here. */
export function createApp(parts: AppParts): Router {
  const { world } = parts
  const app = newRouter()
  app.onError((error, c) => answerProblem(c as Ctx, error))

  app.use(
    '*',
    sayRequest(world.log, (path) => API_PATH.test(path)),
  )
  app.use('*', async (c, next) => {
    c.set('actor', null)
    c.set('refusal', null)
    c.set('sessionId', null)
    c.set('verified', false)
    c.set('clientIp', clientIpOf(c, parts.trustedProxies))
    await next()
    parts.onAnswer?.({ method: c.req.method, path: c.req.path, status: c.res.status })
    // Refusals too: what a route does not say otherwise about is between us and who asked.
    if (API_PATH.test(c.req.path) && !c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
  app.use('*', browserHeaders(world.shop.publicUrl))
  app.get('/healthz', (c) => {
    const nonce = c.req.query('nonce') ?? ''
    return c.json({ status: 'alive', ...(NONCE.test(nonce) ? { proof: parts.prove(nonce) } : {}) })
  })
  app.get('/readyz', async (c) => {
    const reason = await parts.notReady()
    return reason ? c.json({ status: 'not ready', reason }, 503) : c.json({ status: 'ready' })
  })

  // Before all that concerns people and browsers: Stripe sends many at once, and its signature says who it is.
  app.route('/', stripeWebhookRoutes(world, { onArrival: parts.onWebhook }))

  app.use('*', bodyAtMost(BODY_LIMIT))
  app.use('*', async (c, next) => {
    if (!API_PATH.test(c.req.path)) return next()
    const headers = new Headers(c.req.raw.headers)
    if (!fromOurPages(c, world.shop.publicUrl)) headers.delete('cookie')
    const found = parts.caller ? { ...STRANGER, actor: parts.caller } : await identify(world, parts.locks, headers)
    c.set('actor', found.actor)
    sayWho(found.actor)
    c.set('refusal', found.refusal)
    c.set('sessionId', found.sessionId)
    c.set('verified', found.verified)
    return refuseNul(c, next)
  })
  const events = /\/(?:events|tail)$/
  const squeeze = compress()
  app.use('*', async (c, next) => (events.test(c.req.path) ? next() : squeeze(c, next)))

  app.route('/', auditRoutes(world))
  app.route('/', accountRoutes(world, parts.locks.auth))
  app.route('/', findingRoutes(world))
  app.route('/', findingRepairRoutes(world, REPAIRS))
  app.route('/', fleetRoutes(world))
  app.route('/', shopRoutes(world))
  app.route('/', orderRoutes(world))
  app.route('/', opsOrderRoutes(world))
  app.route('/', endRoutes(world, { refundLimitCents: parts.refundLimitCents ?? 0 }))
  app.route('/', customerRoutes(world))
  app.route('/', healthRoutes(world))
  app.route('/', logRoutes(world))
  app.route('/', doctorRoutes(parts.doctor))
  app.route('/', functionRoutes(world, { checkoutsPerAddress: parts.checkoutsPerAddress }))
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'GIVRWRLD Servers',
      version: '1',
      description: 'Shop, orders, functions and operations. Errors are RFC 9457 problem+json.',
    },
  })

  app.notFound(async (c) => {
    const page = API_PATH.test(c.req.path) ? null : await answerStatic(c as Ctx, parts.webFolder)
    return page ?? answerProblem(c as Ctx, notFound(c.req.path))
  })
  return app
}
