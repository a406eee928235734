import { createRoute } from '@hono/zod-openapi'
import { json, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'
import { DoctorReport } from './contract.ts'

const KEPT_MS = 30 * SECOND

const run = createRoute({
  method: 'get',
  path: '/api/ops/doctor',
  tags: ['operations'],
  summary: 'Everything that section 5 of the runbook asks; one run at a time, kept for 30 s',
  middleware: [staffOnly('operator')],
  responses: { 200: json(DoctorReport, 'What was found, and what to do'), ...problems },
})

/** @param examine one run of the doctor; it never throws */
export function doctorRoutes(examine: () => Promise<DoctorReport>, now: () => number = () => performance.now()): Router {
  let kept: { until: number; report: Promise<DoctorReport> } | null = null
  const report = (): Promise<DoctorReport> => {
    if (kept && now() < kept.until) return kept.report
    const mine = { until: Number.POSITIVE_INFINITY, report: examine() }
    kept = mine
    const settle = () => {
      mine.until = now() + KEPT_MS
    }
    mine.report.then(settle, () => {
      if (kept === mine) kept = null
    })
    return mine.report
  }
  return newRouter().openapi(run, async (c) => c.json(await report(), 200))
}
