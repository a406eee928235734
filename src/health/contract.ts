import { z } from 'zod'
import { Instant, pageOf, Uuid } from '../kit/contract.ts'

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
  /** Orders that have their server. */
  live: z.number().int(),
  openFindings: z.number().int(),
  webhooksWaiting: z.number().int(),
  /** What sweeps had to do in place of a hint, since the first day, by cause; `missed_webhook`: paid orders that a sweep found. */
  corrections: z.record(z.string(), z.number().int()),
  selling: z.boolean(),
  notice: z.string().nullable(),
})
export type OverviewView = z.infer<typeof OverviewView>

const Reason = z.string().trim().min(3).max(500)
export const SEVERITIES = ['critical', 'warning'] as const

export const AlertView = z.object({
  id: Uuid,
  rule: z.string(),
  /** What it is about: `orders`, `node:3`, `sweep_panel` … */
  subject: z.string(),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  summary: z.string(),
  remedy: z.string(),
  value: z.number(),
  threshold: z.number(),
  unit: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  firedAt: Instant,
  lastSeenAt: Instant,
  resolvedAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  /** Nobody is told until then. */
  silencedUntil: Instant.nullable(),
})
export type AlertView = z.infer<typeof AlertView>
export const AlertPage = pageOf(AlertView)
export const ALERT_STATES = ['open', 'resolved', 'all'] as const
export const AlertQuery = z.object({
  state: z.enum(ALERT_STATES).default('open'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const AcknowledgeAsk = z.object({ note: Reason.optional() }).strict()
/** At most 30 days: a silence has an end. */
export const SilenceAsk = z.object({ minutes: z.number().int().min(1).max(43_200), reason: Reason }).strict()

export const RuleView = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  threshold: z.number(),
  unit: z.string(),
  /** `over`: more than the threshold fires; `at_least`: as much does already. */
  when: z.enum(['over', 'at_least']),
  forSeconds: z.number().int(),
  enabled: z.boolean(),
  defaults: z.object({ threshold: z.number(), forSeconds: z.number().int() }),
  changedAt: Instant.nullable(),
  changedBy: z.string().nullable(),
  silences: z.array(z.object({ subject: z.string(), until: Instant, by: z.string(), reason: z.string() })),
})
export type RuleView = z.infer<typeof RuleView>
export const RuleList = z.object({ rules: z.array(RuleView) })
export const RulePatch = z
  .object({
    threshold: z.number().min(0).max(1_000_000).optional(),
    forSeconds: z.number().int().min(0).max(86_400).optional(),
    enabled: z.boolean().optional(),
    reason: Reason,
  })
  .strict()

export const CHANNEL_KINDS = ['discord', 'slack', 'email', 'webhook'] as const
export const ChannelView = z.object({
  id: Uuid,
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  enabled: z.boolean(),
  /** Takes critical alerts and their end, and the daily summary. */
  alerts: z.boolean(),
  digest: z.boolean(),
  /** The host of its address, or whom it writes to; the address itself is a secret and never told again. */
  target: z.string(),
  waiting: z.number().int(),
  lastSentAt: Instant.nullable(),
  lastError: z.string().nullable(),
})
export type ChannelView = z.infer<typeof ChannelView>
export const ChannelList = z.object({ channels: z.array(ChannelView) })
const Url = z.url({ protocol: /^https?$/ }).max(2_000)
const Mails = z.array(z.email().max(320)).min(1).max(20)
const ofEvery = { name: z.string().trim().min(1).max(60), alerts: z.boolean().default(true), digest: z.boolean().default(true) }
export const ChannelNew = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('discord'), url: Url, ...ofEvery }).strict(),
  z.object({ kind: z.literal('slack'), url: Url, ...ofEvery }).strict(),
  z.object({ kind: z.literal('webhook'), url: Url, ...ofEvery }).strict(),
  z.object({ kind: z.literal('email'), to: Mails, ...ofEvery }).strict(),
])
export type ChannelNew = z.output<typeof ChannelNew>
export const ChannelPatch = z
  .object({
    name: ofEvery.name.optional(),
    enabled: z.boolean().optional(),
    alerts: z.boolean().optional(),
    digest: z.boolean().optional(),
    url: Url.optional(),
    to: Mails.optional(),
    /** Makes a new signing secret of a webhook, which is told in the answer, once. */
    roll_secret: z.boolean().optional(),
  })
  .strict()
export const ChannelRemove = z.object({ reason: Reason }).strict()
/** `secret`: what a webhook's receiver verifies with, told when it is made and never again. */
export const ChannelMade = z.object({ channel: ChannelView, secret: z.string().nullable() })
export const ChannelTested = z.object({ sent: z.boolean(), error: z.string().nullable() })

export const DeliveryView = z.object({
  id: Uuid,
  channelId: Uuid,
  channelName: z.string(),
  channelKind: z.enum(CHANNEL_KINDS),
  kind: z.enum(['fired', 'resolved', 'digest', 'test']),
  title: z.string(),
  status: z.enum(['queued', 'sent', 'failed']),
  attempts: z.number().int(),
  queuedAt: Instant,
  sentAt: Instant.nullable(),
  nextAttemptAt: Instant.nullable(),
  lastError: z.string().nullable(),
})
export type DeliveryView = z.infer<typeof DeliveryView>
export const DeliveryPage = pageOf(DeliveryView)
export const DeliveryQuery = z.object({
  channel: Uuid.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const HEALTH_WINDOWS = ['hour', 'day', 'week'] as const
export type HealthWindow = (typeof HEALTH_WINDOWS)[number]
const Seconds = z.number().nullable()
/** GET /api/ops/health: orders are counted in the window in which they were paid. */
export const HealthView = z.object({
  window: z.enum(HEALTH_WINDOWS),
  from: Instant,
  measuredAt: Instant,
  now: z.object({
    stuck: z.number().int(),
    inError: z.number().int(),
    waiting: z.number().int(),
    working: z.number().int(),
    oldestWaitingSeconds: z.number().int(),
    /** Age of the oldest order in `paid`. */
    queueSeconds: z.number().int(),
    /** What needs a look first: in `paid` for over 10 minutes, or in error; oldest first. */
    orders: z.array(z.object({ id: Uuid, status: z.enum(['paid', 'error']), seconds: z.number().int(), cause: z.string().nullable() })),
  }),
  provisioning: z.object({
    paid: z.number().int(),
    delivered: z.number().int(),
    failed: z.number().int(),
    waiting: z.number().int(),
    late: z.number().int(),
    /** Delivered, of those whose five minutes are over or that are delivered already; null without any. */
    successRate: z.number().nullable(),
    p50Seconds: Seconds,
    p95Seconds: Seconds,
  }),
  slo: z.object({
    target: z.number(),
    seconds: z.number().int(),
    days: z.number().int(),
    orders: z.number().int(),
    inTime: z.number().int(),
    late: z.number().int(),
    compliance: z.number().nullable(),
    /** How many may be late; share of that which is left, below 0 when overspent. */
    allowed: z.number(),
    budgetLeft: z.number(),
  }),
  webhooks: z.object({
    /** Answers of ours in the window. */
    answered: z.number().int(),
    failed: z.number().int(),
    waiting: z.number().int(),
    failing: z.number().int(),
    oldestWaitingSeconds: z.number().int(),
    stripe: z.object({
      endpoint: z.enum(['unknown', 'enabled', 'disabled', 'missing']),
      url: z.string().nullable(),
      undelivered: z.number().int(),
      undeliveredSince: Instant.nullable(),
      undeliveredTypes: z.array(z.string()),
      askedAt: Instant.nullable(),
      askError: z.string().nullable(),
    }),
  }),
  budget: z.object({ limit: z.number().int(), used: z.number().int(), blockedUntil: Instant.nullable() }),
  processes: z.array(
    z.object({
      id: Uuid,
      role: z.string(),
      host: z.string(),
      pid: z.number().int(),
      startedAt: Instant,
      lastSeenAt: Instant,
      clockOffsetMs: z.number().int(),
    }),
  ),
  tasks: z.array(
    z.object({
      name: z.string(),
      everySeconds: z.number(),
      silentSeconds: z.number(),
      lastOkAt: Instant.nullable(),
      lastError: z.string().nullable(),
    }),
  ),
  alerts: z.object({ critical: z.number().int(), warning: z.number().int() }),
  /** Equal steps, oldest first; every one is there. */
  stepSeconds: z.number().int(),
  points: z.array(
    z.object({
      at: Instant,
      paid: z.number().int(),
      delivered: z.number().int(),
      failed: z.number().int(),
      successRate: z.number().nullable(),
      p50Seconds: Seconds,
      p95Seconds: Seconds,
      /** Worst of the step; null: nobody looked. */
      oldestSeconds: Seconds,
      queueSeconds: Seconds,
      /** 0..1 of the panel's calls a minute. */
      budgetUsed: z.number().nullable(),
      webhooks: z.number().int(),
      webhooksFailed: z.number().int(),
    }),
  ),
})
export type HealthView = z.infer<typeof HealthView>

export const DigestView = z.object({
  day: z.string(),
  madeAt: Instant,
  lines: z.array(z.object({ section: z.string(), text: z.string(), tone: z.enum(['well', 'warn', 'bad']).nullable() })),
})
export type DigestView = z.infer<typeof DigestView>
export const DigestList = z.object({ digests: z.array(DigestView) })
