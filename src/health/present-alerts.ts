import type { Queries } from '../db/index.ts'
import type { World } from '../world.ts'
import type { AlertView, ChannelView, DeliveryView, RuleView } from './contract.ts'
import { CONDITIONS } from './rules/conditions.ts'
import type { StoredNotice } from './rules/notices.ts'
import type { Alert } from './store/alerts.ts'
import { type Channel, channelStates, type Delivery, readChannels } from './store/channels.ts'
import { addressesOf } from './store/people.ts'
import { readRules, type Silence, seedRules, silencesAt } from './store/rules.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** @param silences those that have not ended */
export async function presentAlerts(q: Queries, alerts: Alert[], silences: Silence[]): Promise<AlertView[]> {
  const addressOf = await addressesOf(
    q,
    alerts.map((alert) => alert.acknowledged_by),
  )
  return alerts.map((alert) => presentAlert(alert, silences, addressOf(alert.acknowledged_by)))
}

const presentAlert = (alert: Alert, silences: Silence[], acknowledgedBy: string | null): AlertView => ({
  id: alert.id,
  rule: alert.rule_id,
  subject: alert.subject,
  severity: alert.severity,
  title: alert.title,
  summary: alert.summary,
  remedy: alert.remedy,
  value: alert.value,
  threshold: alert.threshold,
  unit: alert.unit,
  evidence: alert.evidence,
  firedAt: (alert.fired_at ?? alert.since).toISOString(),
  lastSeenAt: alert.last_seen_at.toISOString(),
  resolvedAt: iso(alert.resolved_at),
  acknowledgedAt: iso(alert.acknowledged_at),
  acknowledgedBy,
  note: alert.acknowledge_note,
  silencedUntil: alert.resolved_at ? null : iso(silencedUntil(alert, silences)),
})

const silencedUntil = (alert: Alert, silences: Silence[]): Date | null => {
  const ends = silences
    .filter((one) => one.rule_id === alert.rule_id && (one.subject === '' || one.subject === alert.subject))
    .map((one) => one.until.getTime())
  return ends.length === 0 ? null : new Date(Math.max(...ends))
}

/** Every rule; critical ones first. Those that the code has brought since are made on the way. */
export async function presentRules(world: Pick<World, 'db' | 'now'>): Promise<RuleView[]> {
  const at = world.now()
  const known = await readRules(world.db.q)
  if (Object.keys(CONDITIONS).some((id) => !known.some((rule) => rule.id === id))) await world.db.tx((tx) => seedRules(tx, at))
  const [rules, silences] = await Promise.all([readRules(world.db.q), silencesAt(world.db.q, at)])
  const addressOf = await addressesOf(world.db.q, [...rules.map((rule) => rule.changed_by), ...silences.map((one) => one.by)])
  return rules.flatMap((rule) => {
    const condition = CONDITIONS[rule.id]
    if (!condition) return []
    return {
      id: rule.id,
      title: rule.title,
      severity: rule.severity,
      threshold: rule.threshold,
      unit: rule.unit,
      when: condition.when,
      forSeconds: rule.for_seconds,
      enabled: rule.enabled,
      defaults: { threshold: condition.threshold, forSeconds: condition.forSeconds },
      changedAt: iso(rule.changed_at),
      changedBy: addressOf(rule.changed_by),
      silences: silences
        .filter((one) => one.rule_id === rule.id)
        .map(({ subject, until, by, reason }) => ({ subject, until: until.toISOString(), by: addressOf(by) ?? by, reason })),
    }
  })
}

/** Every channel, with how it does. */
export async function presentChannels(q: Queries): Promise<ChannelView[]> {
  const [channels, states] = await Promise.all([readChannels(q), channelStates(q)])
  return channels.map((channel) => {
    const state = states.find((one) => one.id === channel.id)
    return {
      id: channel.id,
      kind: channel.kind,
      name: channel.name,
      enabled: channel.enabled,
      alerts: channel.alerts,
      digest: channel.digest,
      target: targetShown(channel),
      waiting: state?.waiting ?? 0,
      lastSentAt: iso(state?.lastSentAt ?? null),
      lastError: state?.lastError ?? null,
    }
  })
}

/** Whoever knows the address of a Discord or Slack webhook may post there: its host alone is shown. */
const targetShown = ({ config: { url, to } }: Channel): string =>
  to ? to.join(', ') : url && URL.canParse(url) ? `${new URL(url).host}/…` : '–'

export const presentDelivery = (row: Delivery & { channel_name: string; channel_kind: Channel['kind'] }): DeliveryView => ({
  id: row.id,
  channelId: row.channel_id,
  channelName: row.channel_name,
  channelKind: row.channel_kind,
  kind: row.kind,
  title: (row.notice as unknown as StoredNotice).title ?? '',
  status: row.status,
  attempts: row.attempts,
  queuedAt: row.queued_at.toISOString(),
  sentAt: iso(row.sent_at),
  nextAttemptAt: row.status === 'queued' ? row.next_attempt_at.toISOString() : null,
  lastError: row.last_error,
})
