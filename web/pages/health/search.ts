import { ALERT_STATES, HEALTH_WINDOWS, type HealthWindow } from '../../../src/health/contract.ts'
import { oneOf, textOf } from '../../ui/search.ts'

export type HealthSearch = { window: HealthWindow }
export const parseHealthSearch = (search: Record<string, unknown>): HealthSearch => ({
  window: oneOf(HEALTH_WINDOWS, search['window']) ?? 'hour',
})

export type AlertSearch = { state: (typeof ALERT_STATES)[number]; cursor?: string | undefined }
export const parseAlertSearch = (search: Record<string, unknown>): AlertSearch => ({
  state: oneOf(ALERT_STATES, search['state']) ?? 'open',
  cursor: textOf(search['cursor']),
})
