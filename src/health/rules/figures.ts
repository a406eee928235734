/** What the conditions are judged on: plain values, read from tables in one go. Ages in seconds at the moment of reading. */
export interface Figures {
  /** Answers of 500 and more in the last minutes, by function. */
  answered5xx: { provision: number; webhook: number }
  /** The last hour: tries to make a server, and those that failed. */
  provisioning: { tries: number; failed: number }
  /** Orders in `paid`, oldest first, at most `LISTED_MAX`. */
  paid: AgedOrder[]
  /** Paid orders without their server, whatever their status. */
  unfulfilled: { count: number; oldest: AgedOrder | null }
  /** `count` of all; newest first, at most `LISTED_MAX`. */
  inError: { count: number; orders: AgedOrder[] }
  /** Longest first: delivered in the last hour, with how long it took, and those that still wait, with how long by now. */
  slowest: AgedOrder[]
  nodes: { id: number; name: string; usedPercent: number }[]
  /** `silentSeconds`: since the last sign of life of any process that works in the background. */
  workers: { alive: number; silentSeconds: number }
  tickers: { name: string; everySeconds: number; silentSeconds: number; lastError: string | null }[]
  /** Living processes. */
  clocks: { host: string; role: string; pid: number; offsetSeconds: number }[]
  panel: Trouble
  stripe: Trouble
  /** Open findings that hold the sweep back. */
  brakes: { kind: string; summary: string; ageSeconds: number }[]
  endpoint: { state: 'unknown' | 'enabled' | 'disabled' | 'missing'; url: string | null }
  /** Events that Stripe says it could not deliver to us. */
  undelivered: { count: number; oldestSeconds: number; types: string[] }
  /** Events in our inbox that are not worked off. */
  inbox: { waiting: number; failing: number; oldestSeconds: number; lastError: string | null }
  /** Channels with something that could not be told yet. */
  channels: { id: string; name: string; kind: string; failingSeconds: number; lastError: string | null }[]
}

export interface AgedOrder {
  id: string
  seconds: number
  status: string
  /** Why it waits, where that is known. */
  cause: string | null
}
/** Null: none. */
interface Trouble {
  refusedSeconds: number | null
  unreachableSeconds: number | null
}

export const LISTED_MAX = 20
