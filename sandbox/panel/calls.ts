import type { Clock } from '../kit/clock.ts'
import type { Call } from './options.ts'

const KEPT = 200

/** Which calls came and how they ended: totals by route, and the last ones for the operator's page. */
export interface CallLog {
  add(call: Omit<Call, 'at'>): void
  stats(): { total: number; calls: Record<string, number> }
  /** Newest last. */
  readonly recent: Call[]
}

export function createCallLog(clock: Clock, log?: (line: string) => void): CallLog {
  const totals = new Map<string, number>()
  const recent: Call[] = []
  return {
    recent,
    add(call) {
      const name = `${call.method} ${call.route}`
      totals.set(name, (totals.get(name) ?? 0) + 1)
      recent.push({ at: clock.now().toISOString(), ...call })
      if (recent.length > KEPT) recent.shift()
      log?.(`${call.method} ${call.path} ${call.status ?? 'no answer'} ${call.ms} ms`)
    },
    stats: () => ({ total: [...totals.values()].reduce((sum, count) => sum + count, 0), calls: Object.fromEntries(totals) }),
  }
}
