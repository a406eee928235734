import type { NewFinding } from '../../findings/index.ts'
import type { Drift } from '../rules/drift.ts'

/** A drift as a finding about its order (or the checkout that has its id). */
export const driftFinding = (orderId: string, drift: Drift, at: Date): NewFinding & { evidence: Record<string, unknown> } => ({
  kind: drift.kind,
  severity: drift.severity,
  subject: { type: 'order', id: orderId },
  summary: drift.summary,
  remedy: drift.remedy,
  evidence: drift.evidence,
  at,
})
