export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms)
export const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / SECOND)

/**
 * Back-off with full jitter: 2, 4, 8 … seconds up to `maxMs`, the half of it at random.
 * @param tries failures so far, from 1
 */
export const backOffMs = (tries: number, maxMs: number, random: () => number = Math.random): number => {
  const full = Math.min(maxMs, 2 ** Math.min(tries, 20) * SECOND)
  return Math.round(full / 2 + (full / 2) * random())
}
