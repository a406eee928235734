import { DAY, HOUR, later, MINUTE, SECOND } from '../../kit/time.ts'

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** An instant, or so long ago (`15m`, `1h`, `7d`). @returns null: neither */
export function timeOrAge(text: string, now: Date): Date | null {
  const [, count, unit] = /^(\d{1,4})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return later(now, -Number(count) * (UNITS[unit] ?? 0))
  // PostgreSQL knows no years as far back, or ahead, as JavaScript does.
  const at = /^\d{4}-/.test(text) ? new Date(text) : null
  return at && !Number.isNaN(at.getTime()) ? at : null
}
