import type { HealthWindow } from '../../../src/health/contract.ts'

/** 0.9932 → `99.3 %`; a whole is said as one. */
export const percent = (share: number): string => {
  const value = share * 100
  if (value > 99.9 && value < 100) return '> 99.9 %'
  return `${Number(value.toFixed(1))} %`
}

/** How a step of a chart is called on its axis, in the reader's zone. */
export function stepName(at: string, window: HealthWindow, zone?: string): string {
  const options: Intl.DateTimeFormatOptions =
    window === 'week' ? { weekday: 'short', hour: '2-digit' } : { hour: '2-digit', minute: '2-digit' }
  return new Intl.DateTimeFormat(undefined, { ...options, ...(zone ? { timeZone: zone } : {}) }).format(new Date(at))
}

/** `node:3` → `node 3`, `channel:…` → `channel`. */
export const subjectName = (subject: string): string =>
  subject.startsWith('channel:') ? 'channel' : subject.replaceAll('_', ' ').replace(':', ' ')
