import type { Log } from '../kit/log.ts'
import { countCall } from '../kit/working.ts'

interface Call {
  orderId?: string
  share?: string
  method: string
  path: string
  /** null: no answer. */
  status: number | null
  ms: number
  callId: string | null
  code: string | null
}

/**
 * The one line of a call to the outside. What only looked and was answered is of no interest, and "there is no such thing" is an
 * answer; there are many of both.
 */
export function sayCall(log: Log, system: 'panel' | 'stripe', { orderId, share, method, path, status, ms, callId, code }: Call): void {
  countCall()
  const well = status !== null && status < 400
  const facts = { ...(orderId ? { orderId } : {}), system, method, path, status, ms, outcome: well ? 'ok' : 'failed', code, share, callId }
  const text = `${system}: ${method} ${path} → ${status ?? 'no answer'}${code ? ` (${code})` : ''}`
  if (method === 'GET' && (well || status === 404)) log.debug(facts, text)
  else if (well) log.info(facts, text)
  else log.warn(facts, text)
}
