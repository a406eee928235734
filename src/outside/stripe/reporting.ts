import { notSent, toFailure } from './failures.ts'
import type { StripeCall, StripeFacts, StripeHooks } from './types.ts'

/** An answer of the SDK carries the response's own facts beside the object. */
interface Answered {
  lastResponse?: { requestId?: string; statusCode?: number }
}

/** Makes one call of the SDK, turns what it throws into a Failure, and reports it either way. */
export type Reported = <T>(call: StripeCall, what: string, send: () => Promise<T & Answered>) => Promise<T>

/** @param nowMs a monotonic clock, for durations only */
export function reporting(hooks: StripeHooks, nowMs: () => number = () => performance.now()): Reported {
  return async (call, what, send) => {
    // The SDK takes no signal; right before the call is the last moment to heed it.
    if (call.signal?.aborted) throw notSent(call.signal.reason)
    const [method = '', path = ''] = what.split(' ')
    const from = nowMs()
    const report = (status: number | null, requestId: string | null, stripeCode: string | null) =>
      hooks.after({ call, method, path, status, ms: Math.round(nowMs() - from), requestId, stripeCode })
    try {
      const answer = await send()
      await report(answer.lastResponse?.statusCode ?? 200, answer.lastResponse?.requestId ?? null, null)
      return answer
    } catch (thrown) {
      const failure = toFailure(thrown)
      const facts = failure.facts as unknown as StripeFacts
      await report(facts.status, facts.requestId, facts.stripeCode)
      throw failure
    }
  }
}
