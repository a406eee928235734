import { z } from 'zod'
import { Instant } from '../../kit/contract.ts'

/** What the doctor looks at, in the order it tells of it. */
export const AREAS = ['configuration', 'database', 'panel', 'fleet', 'stripe', 'webhooks', 'mail', 'host', 'work'] as const
export const Area = z.enum(AREAS)
export type Area = z.infer<typeof Area>

/** `skipped`: it could not be looked at, because of something else. */
export const VerdictState = z.enum(['ok', 'warning', 'failed', 'skipped'])
export type VerdictState = z.infer<typeof VerdictState>

export const VerdictView = z.object({
  id: z.string(),
  area: Area,
  title: z.string(),
  state: VerdictState,
  /** What was found, with the evidence, in plain words. */
  found: z.string(),
  /** What to do; empty where nothing is to be done. */
  remedy: z.string(),
  /** What does it at once: a command line, or a page of the console. */
  fix: z.object({ command: z.string().optional(), page: z.string().optional() }).nullable(),
  ms: z.number().int(),
})
export type VerdictView = z.infer<typeof VerdictView>

/** POST /api/ops/doctor/webhook-endpoint */
export const WebhookFixAsk = z.object({ reason: z.string().trim().min(3).max(500), dry_run: z.boolean().default(false) }).strict()
export const WebhookFix = z.object({
  step: z.enum(['made', 'waiting', 'settled', 'would_make', 'would_settle']),
  endpointId: z.string().nullable(),
  /** Told this once: to be put in front of the others in STRIPE_WEBHOOK_SECRET. */
  secret: z.string().nullable(),
  /** What was done, or would be, and what is to be done now. */
  text: z.string(),
})
export type WebhookFix = z.infer<typeof WebhookFix>

/** GET /api/ops/doctor */
export const DoctorReport = z.object({
  /** The worst finding. */
  state: z.enum(['ok', 'warning', 'failed']),
  at: Instant,
  tookMs: z.number().int(),
  verdicts: z.array(VerdictView),
})
export type DoctorReport = z.infer<typeof DoctorReport>
