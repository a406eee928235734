import type { ColumnType } from 'kysely'
import type { Defaulted, Facts, Json, JsonOr, Maybe } from './columns.ts'

/** Tables of the room health. */

export interface HealthTurns {
  name: string
  holder: string
  taken_at: Date
}
export interface Heartbeats {
  process_id: string
  role: 'all' | 'web' | 'worker'
  host: string
  pid: number
  started_at: Defaulted<Date>
  last_seen_at: Defaulted<Date>
  stopped_at: Maybe<Date>
  clock_offset_ms: number
}
export interface TickerRuns {
  name: string
  every_ms: number
  first_at: Defaulted<Date>
  heard_at: Date
  last_ok_at: Maybe<Date>
  last_error: Maybe<string>
  last_error_at: Maybe<Date>
}
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx'
export interface AnswerCounts {
  minute: Date
  route: string
  status_class: StatusClass
  count: number
}
export interface HealthMinutes {
  minute: Date
  waiting: number
  oldest_waiting_seconds: number
  queue_seconds: number
  in_error: number
  inbox_waiting: number
  inbox_oldest_seconds: number
  budget_limit: number
  budget_used: number
}
export interface ProvisioningHours {
  hour: Date
  paid: number
  in_time: number
  late: number
  delivered: number
  failed: number
  waiting: number
  p50_seconds: Maybe<number>
  p95_seconds: Maybe<number>
  seconds_sum: number
  buckets: number[]
  computed_at: Date
}
export interface ProvisioningSums {
  id: Defaulted<number>
  until: Date
  buckets: number[]
  seconds_sum: number
}
export interface StripeHealth {
  id: Defaulted<number>
  refused_since: Maybe<Date>
  unreachable_since: Maybe<Date>
  answered_at: Maybe<Date>
  asked_at: Maybe<Date>
  ask_error: Maybe<string>
  endpoint: Defaulted<'unknown' | 'enabled' | 'disabled' | 'missing'>
  endpoint_url: Maybe<string>
  undelivered: Defaulted<number>
  undelivered_since: Maybe<Date>
  undelivered_types: Defaulted<string[]>
}

export interface AlertRules {
  id: string
  title: string
  severity: 'critical' | 'warning'
  threshold: number
  unit: string
  for_seconds: number
  enabled: Defaulted<boolean>
  made_at: Date
  changed_at: Maybe<Date>
  changed_by: Maybe<string>
}
export interface AlertSilences {
  rule_id: string
  subject: Defaulted<string>
  until: Date
  by: string
  reason: string
  made_at: Date
}
export interface Alerts {
  id: Defaulted<string>
  rule_id: string
  subject: string
  severity: 'critical' | 'warning'
  title: string
  summary: string
  remedy: string
  value: number
  threshold: number
  unit: string
  evidence: JsonOr<Facts>
  since: Date
  fired_at: Maybe<Date>
  last_seen_at: Date
  calm_since: Maybe<Date>
  resolved_at: Maybe<Date>
  acknowledged_at: Maybe<Date>
  acknowledged_by: Maybe<string>
  acknowledge_note: Maybe<string>
  announced_at: Maybe<Date>
}
export interface AlertChannels {
  id: Defaulted<string>
  kind: 'discord' | 'slack' | 'email' | 'webhook'
  name: string
  config: Json<{ url?: string; secret?: string; to?: string[] }>
  enabled: Defaulted<boolean>
  alerts: Defaulted<boolean>
  digest: Defaulted<boolean>
  made_at: Date
  changed_at: Date
}
export interface AlertDeliveries {
  id: Defaulted<string>
  channel_id: string
  key: string
  kind: 'fired' | 'resolved' | 'digest' | 'test'
  alert_id: Maybe<string>
  notice: Json<Facts>
  status: Defaulted<'queued' | 'sent' | 'failed'>
  attempts: Defaulted<number>
  next_attempt_at: Date
  last_error: Maybe<string>
  last_error_at: Maybe<Date>
  queued_at: Date
  sent_at: Maybe<Date>
}
export interface Digests {
  /** `2026-03-01`; the driver would make a local midnight of it. */
  day: ColumnType<string, string, never>
  lines: Json<{ section: string; text: string; tone: 'well' | 'warn' | 'bad' | null }[]>
  made_at: Date
}

export interface TablesOfHealth {
  health_turns: HealthTurns
  heartbeats: Heartbeats
  ticker_runs: TickerRuns
  answer_counts: AnswerCounts
  health_minutes: HealthMinutes
  provisioning_hours: ProvisioningHours
  provisioning_sums: ProvisioningSums
  stripe_health: StripeHealth
  alert_rules: AlertRules
  alert_silences: AlertSilences
  alerts: Alerts
  alert_channels: AlertChannels
  alert_deliveries: AlertDeliveries
  digests: Digests
}
