import { z } from 'zod'
import { Instant } from '../kit/contract.ts'

/** GET /api/status: measured over the last 24 hours, from payment to ready. Nulls when nothing was delivered in that time. */
export const StatusView = z.object({
  selling: z.boolean(),
  notice: z.string().nullable(),
  delivered24h: z.number().int(),
  medianSeconds: z.number().nullable(),
  p95Seconds: z.number().nullable(),
  /** Orders paid and not yet delivered, and the age of the oldest. */
  waiting: z.number().int(),
  oldestWaitingSeconds: z.number().nullable(),
  incidents: z.array(z.object({ title: z.string(), text: z.string(), since: Instant })),
  /** The last 24 hours, oldest first. */
  hours: z.array(z.object({ from: Instant, delivered: z.number().int(), medianSeconds: z.number().nullable() })),
  measuredAt: Instant,
})
export type StatusView = z.infer<typeof StatusView>

/** GET /api/ops/overview */
export const OverviewView = z.object({
  stuck: z.number().int(),
  error: z.number().int(),
  unprovisioned: z.number().int(),
  working: z.number().int(),
  delivered24h: z.number().int(),
  openFindings: z.number().int(),
  webhooksWaiting: z.number().int(),
  /** What sweeps had to do in place of a hint, since the first day, by cause; `missed_webhook`: paid orders that a sweep found. */
  corrections: z.record(z.string(), z.number().int()),
  selling: z.boolean(),
  notice: z.string().nullable(),
})
export type OverviewView = z.infer<typeof OverviewView>
