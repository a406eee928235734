import { createRoute } from '@hono/zod-openapi'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'
import { DoctorReport, WebhookFix, WebhookFixAsk } from './contract.ts'
import type { FixAsk, Fixed } from './fix-webhook-endpoint.ts'
import { presentFix } from './present-fix.ts'

const KEPT_MS = 30 * SECOND
const tags = ['operations']

const run = createRoute({
  method: 'get',
  path: '/api/ops/doctor',
  tags,
  summary: 'Everything that section 5 of the runbook asks; one run at a time, kept for 30 s',
  middleware: [staffOnly('operator')],
  responses: { 200: json(DoctorReport, 'What was found, and what to do'), ...problems },
})
const fix = createRoute({
  method: 'post',
  path: '/api/ops/doctor/webhook-endpoint',
  tags,
  summary: 'A new webhook endpoint at Stripe in place of the old, in two steps; the new secret is told once',
  middleware: [staffOnly('admin')],
  request: jsonBody(WebhookFixAsk),
  responses: { 200: json(WebhookFix, 'What was done, and what to do now'), ...problems },
})

export interface DoctorDesk {
  /** One run; it never throws. */
  examine(): Promise<DoctorReport>
  fixWebhookEndpoint(ask: FixAsk): Promise<Fixed>
}

export function doctorRoutes(desk: DoctorDesk, now: () => number = () => performance.now()): Router {
  let kept: { until: number; report: Promise<DoctorReport> } | null = null
  const report = (): Promise<DoctorReport> => {
    if (kept && now() < kept.until) return kept.report
    const mine = { until: Number.POSITIVE_INFINITY, report: desk.examine() }
    kept = mine
    const settle = () => {
      mine.until = now() + KEPT_MS
    }
    mine.report.then(settle, () => {
      if (kept === mine) kept = null
    })
    return mine.report
  }
  return newRouter()
    .openapi(run, async (c) => c.json(await report(), 200))
    .openapi(fix, async (c) => {
      const { reason, dry_run: dryRun } = c.req.valid('json')
      const fixed = await desk.fixWebhookEndpoint({ by: actorOf(c), reason, dryRun, requestId: c.var.requestId })
      // It shows otherwise from now on.
      if (!dryRun) kept = null
      return c.json(presentFix(fixed), 200)
    })
}
