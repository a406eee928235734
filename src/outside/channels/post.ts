import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { Failure } from '../../kit/failure.ts'
import { callable, resolved } from './addresses.ts'
import { refusedBy, unreachable } from './failures.ts'

export interface Posting {
  /** Also private addresses, and http: where the foreign world is stood in for. */
  anywhere: boolean
  timeoutMs: number
}

/** Posts JSON; done when the answer is 2xx. @throws channels.* */
export async function post(address: string, sent: { body: string; headers?: Record<string, string> }, options: Posting): Promise<void> {
  const url = callable(address, options)
  const deadline = AbortSignal.timeout(options.timeoutMs)
  try {
    const { address: ip, family } = await resolved(url, options)
    const pinned: LookupFunction = (_host, ask, found) => (ask.all ? found(null, [{ address: ip, family }]) : found(null, ip, family))
    const { status, retryAfter } = await send(url, { ...sent, lookup: pinned, signal: deadline })
    if (status >= 300) throw refusedBy(status, retryAfter)
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw unreachable(deadline.aborted ? new Error(`no answer within ${options.timeoutMs / 1_000} s`) : thrown)
  }
}

interface Sent {
  body: string
  headers?: Record<string, string>
  lookup: LookupFunction
  signal: AbortSignal
}

const send = (url: URL, { body, headers, lookup, signal }: Sent) =>
  new Promise<{ status: number; retryAfter: string | undefined }>((done, fail) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      lookup,
      signal,
      // A connection of its own, which is gone afterwards: alerts are few.
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'givrwrld-alerts/1',
        ...headers,
      },
    })
    request.on('error', fail)
    request.on('response', (answer) => {
      // What it says beyond its status is of no interest, and may be long.
      answer.destroy()
      done({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] })
    })
    request.end(body)
  })
