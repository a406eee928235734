import { createRoute, z } from '@hono/zod-openapi'
import { figuresOnly, json, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { HEALTH_WINDOWS, HealthView, OverviewView, StatusView } from '../contract.ts'
import { healthView } from '../health-view.ts'
import { createMetrics } from '../metrics.ts'
import { overview } from '../overview.ts'
import { statusView } from '../status-view.ts'

const tags = ['health']
const status = createRoute({
  method: 'get',
  path: '/api/status',
  tags,
  summary: 'How the shop does, for everybody',
  responses: { 200: json(StatusView, 'Measured over the last 24 hours'), ...problems },
})
const ops = createRoute({
  method: 'get',
  path: '/api/ops/overview',
  tags,
  summary: 'What waits and what stands still',
  middleware: [staffOnly('support')],
  responses: { 200: json(OverviewView, 'Counts'), ...problems },
})
const health = createRoute({
  method: 'get',
  path: '/api/ops/health',
  tags,
  summary: 'Provisioning over an hour, a day or a week; what is stuck now; the service level',
  middleware: [staffOnly('support')],
  request: { query: z.object({ window: z.enum(HEALTH_WINDOWS).default('hour') }) },
  responses: { 200: json(HealthView, 'Figures, and equal steps for a chart'), ...problems },
})
const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags,
  summary: 'Figures for Prometheus, in its text format',
  middleware: [figuresOnly],
  responses: { 200: { description: 'Text format 0.0.4', content: { 'text/plain': { schema: z.string() } } }, ...problems },
})

/** Strangers may ask as often as they like: the database is asked once in this time. */
const KEPT_MS = 5 * SECOND

export const figureRoutes = (world: Pick<World, 'db' | 'now'>): Router => {
  const metrics = createMetrics(world)
  let kept: { at: number; view: Promise<StatusView> } | null = null
  const keptView = (): Promise<StatusView> => {
    const now = world.now()
    if (!kept || Math.abs(now.getTime() - kept.at) >= KEPT_MS) {
      const view = statusView(world.db.q, now)
      kept = { at: now.getTime(), view }
      // A failed measurement is not kept.
      view.catch(() => {
        if (kept?.view === view) kept = null
      })
    }
    return kept.view
  }
  return newRouter()
    .openapi(status, async (c) => {
      const view = await keptView()
      c.header('cache-control', `public, max-age=${KEPT_MS / SECOND}`)
      return c.json(view, 200)
    })
    .openapi(ops, async (c) => c.json(await overview(world.db.q, world.now()), 200))
    .openapi(health, async (c) => c.json(await healthView(world.db.q, c.req.valid('query').window, world.now()), 200))
    .openapi(metricsRoute, async (c) => c.text(await metrics.text(), 200, { 'content-type': metrics.contentType }))
}
