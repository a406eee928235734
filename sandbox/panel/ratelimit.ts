import type { Clock } from '../kit/clock.ts'
import { throttled } from './errors.ts'

const WINDOW_MS = 60_000

/** So many calls a minute for each user, whichever key is used: a fixed window that opens with the first call. */
export interface RateLimit {
  /** Counts a call. @returns the headers of its answer @throws 429 when the window is full */
  take(user: string): Record<string, string>
}

export function createRateLimit(clock: Clock, perMinute: number): RateLimit {
  const windows = new Map<string, { used: number; ends: number }>()
  return {
    take(user) {
      const now = clock.now().getTime()
      const open = windows.get(user)
      const window = open && open.ends > now ? open : { used: 0, ends: now + WINDOW_MS }
      windows.set(user, window)
      const limit = { 'x-ratelimit-limit': String(perMinute) }
      if (window.used >= perMinute) {
        throw throttled({
          ...limit,
          'x-ratelimit-remaining': '0',
          'retry-after': String(Math.max(1, Math.ceil((window.ends - now) / 1000))),
          'x-ratelimit-reset': String(Math.ceil(window.ends / 1000)),
        })
      }
      window.used += 1
      return { ...limit, 'x-ratelimit-remaining': String(perMinute - window.used) }
    },
  }
}
