import type { StatusClass } from '../db/tables-of-health.ts'
import { MINUTE } from '../kit/time.ts'
import { answeredBy, judgeStripe, statusClassOf } from './rules/answers.ts'
import type { Counted, TickerNews } from './store/pulse.ts'
import type { StripeAnswer } from './store/stripe.ts'

interface Told {
  answers: Counted[]
  tickers: TickerNews[]
  /** The last answer of Stripe; null: none since the last report. */
  stripe: { status: StripeAnswer; at: Date } | null
}

/** What a process counts between two of its heartbeats, in memory: no request and no call waits for it. */
export interface Tally {
  /** We answered a request. */
  answered(request: { method: string; path: string; status: number }): void
  /** The panel answered a call of ours; null: it did not. */
  panelAnswered(call: { method: string; path: string; status: number | null }): void
  stripeAnswered(call: { path: string; status: number | null }): void
  ticked(ticker: { name: string; everyMs: number }, error: unknown): void
  /** A timed task that this process has, whether it ever succeeds or not. */
  has(ticker: { name: string; everyMs: number }): void
  /** Everything since the last time. */
  take(): Told
  /** The database did not take it: it is told with the next. */
  putBack(told: Told): void
}

/** Where the database is away for long, what is counted meanwhile is not worth any memory. */
const KEPT_MAX = 2_000

export function createTally(now: () => Date): Tally {
  const answers = new Map<string, Counted>()
  const tickers = new Map<string, TickerNews>()
  let stripe: Told['stripe'] = null

  const count = (route: string, statusClass: StatusClass, more = 1, minute = new Date(Math.floor(now().getTime() / MINUTE) * MINUTE)) => {
    const key = `${minute.getTime()} ${route} ${statusClass}`
    const known = answers.get(key)
    if (known) known.count += more
    else if (answers.size < KEPT_MAX) answers.set(key, { minute, route, statusClass, count: more })
  }
  return {
    answered({ method, path, status }) {
      const route = answeredBy(method, path)
      if (route) count(route, statusClassOf(status))
    },
    panelAnswered({ method, path, status }) {
      if (method !== 'POST' || path !== '/api/application/servers' || status === 429) return
      // No answer is no server, as far as anybody knows.
      count('panel-create', status === null ? '5xx' : statusClassOf(status))
    },
    stripeAnswered({ path, status }) {
      const judged = judgeStripe(path, status)
      if (judged) stripe = { status: judged, at: now() }
    },
    ticked({ name, everyMs }, error) {
      const known = tickers.get(name)
      tickers.set(name, {
        name,
        everyMs,
        ok: error === null || (known?.ok ?? false),
        error: error === null ? (known?.error ?? null) : String(error instanceof Error ? error.message : error).slice(0, 500),
      })
    },
    has({ name, everyMs }) {
      if (!tickers.has(name)) tickers.set(name, { name, everyMs, ok: false, error: null })
    },
    take() {
      const told = { answers: [...answers.values()], tickers: [...tickers.values()], stripe }
      answers.clear()
      stripe = null
      for (const [name, one] of tickers) tickers.set(name, { ...one, ok: false, error: null })
      return told
    },
    putBack(told) {
      for (const { route, statusClass, count: more, minute } of told.answers) count(route, statusClass, more, minute)
      for (const one of told.tickers) {
        const known = tickers.get(one.name)
        tickers.set(one.name, { ...one, ok: one.ok || (known?.ok ?? false), error: known?.error ?? one.error })
      }
      stripe ??= told.stripe
    },
  }
}
