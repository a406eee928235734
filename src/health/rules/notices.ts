import type { Notice } from '../../outside/channels/types.ts'
import { atMinute, minutes } from './words.ts'

/** A notice as the outbox keeps it. */
export type StoredNotice = Omit<Notice, 'id' | 'at'> & { at: string }

export const asNotice = (stored: StoredNotice, id: string): Notice => ({ ...stored, id, at: new Date(stored.at) })

export interface AlertFacts {
  id: string
  rule_id: string
  subject: string
  severity: 'critical' | 'warning'
  title: string
  summary: string
  remedy: string
  value: number
  threshold: number
  unit: string
  evidence: Record<string, unknown>
  fired_at: Date | null
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)
const linkTo = (publicUrl: string) => `${publicUrl}/ops/alerts`
const dataOf = (alert: AlertFacts) => ({
  alert: alert.id,
  rule: alert.rule_id,
  subject: alert.subject,
  value: alert.value,
  threshold: alert.threshold,
  unit: alert.unit,
  firedAt: alert.fired_at?.toISOString() ?? null,
})

export const firedNotice = (alert: AlertFacts, publicUrl: string, at: Date): StoredNotice => ({
  type: 'alert.fired',
  severity: alert.severity,
  title: `${alert.severity === 'critical' ? 'Critical' : 'Warning'}: ${alert.title}`,
  lines: [alert.summary, alert.remedy],
  facts: [
    ['Rule', alert.rule_id],
    ['About', alert.subject],
    ['Measured', `${rounded(alert.value)} (threshold ${rounded(alert.threshold)}) ${alert.unit}`],
    ['Since', atMinute(alert.fired_at ?? at)],
  ],
  link: linkTo(publicUrl),
  at: at.toISOString(),
  data: { ...dataOf(alert), summary: alert.summary, remedy: alert.remedy, evidence: alert.evidence },
})

export const resolvedNotice = (alert: AlertFacts, publicUrl: string, at: Date): StoredNotice => {
  const lasted = minutes((at.getTime() - (alert.fired_at ?? at).getTime()) / 1_000)
  return {
    type: 'alert.resolved',
    severity: 'info',
    title: `Resolved: ${alert.title}`,
    lines: [`It lasted ${lasted}. It was: ${alert.summary}`],
    facts: [
      ['Rule', alert.rule_id],
      ['About', alert.subject],
      ['Lasted', lasted],
    ],
    link: linkTo(publicUrl),
    at: at.toISOString(),
    data: { ...dataOf(alert), resolvedAt: at.toISOString() },
  }
}

export const testNotice = (channel: { name: string }, by: string, publicUrl: string, at: Date): StoredNotice => ({
  type: 'test',
  severity: 'info',
  title: 'Test: this channel works',
  lines: [`This is a test of the channel “${channel.name}”, asked for by ${by}. Nothing is wrong.`],
  facts: [],
  link: `${publicUrl}/ops/alerts/settings`,
  at: at.toISOString(),
  data: { channel: channel.name },
})
