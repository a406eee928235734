import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { Failure } from '../../kit/failure.ts'
import { type Exchange, judge, rateLimit, succeeded } from './answer.ts'
import { ABSENT, notSent, toFailure } from './failures.ts'
import type { PanelCall, PanelHooks } from './types.ts'

export interface Asked {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the panel's address; its parts already encoded. */
  path: string
  query?: Record<string, string>
  body?: unknown
}
export interface SendOptions {
  url: string
  key: string
  timeoutMs: number
  hooks: PanelHooks
}
/** Makes a call and reads its answer with `schema`; throws a Failure with PanelFacts. */
export interface Send {
  <T>(call: PanelCall, asked: Asked, schema: z.ZodType<T>): Promise<T>
  /** As above, but null where the panel itself says that there is no such thing. */
  orNull<T>(call: PanelCall, asked: Asked, schema: z.ZodType<T>): Promise<T | null>
}

/** More than any answer of the panel (500 servers are about 1 MB); what is longer is not the panel's. */
const BODY_BYTES_MAX = 32 * 1024 * 1024

export function createSend(options: SendOptions): Send {
  const send = async <T>(call: PanelCall, asked: Asked, schema: z.ZodType<T>): Promise<T> => {
    const exchange = await exchanged(options, call, asked)
    if (!succeeded(exchange)) throw toFailure(judge(exchange))
    const parsed = schema.safeParse(exchange.body)
    if (parsed.success) return parsed.data
    // A 2xx that cannot be read: what was asked has happened, or something else answered. Unknown, then.
    const verdict = judge({ ...exchange, trouble: 'an answer of unknown shape' })
    throw toFailure(verdict, parsed.error)
  }
  const orNull: Send['orNull'] = async (call, asked, schema) => {
    try {
      return await send(call, asked, schema)
    } catch (error) {
      if (error instanceof Failure && error.code === ABSENT) return null
      throw error
    }
  }
  return Object.assign(send, { orNull })
}

/** One HTTP exchange between the hooks. Never throws for what the far side does; that is in the result. */
async function exchanged({ url, key, timeoutMs, hooks }: SendOptions, call: PanelCall, asked: Asked): Promise<Exchange> {
  await hooks.before(call)
  if (call.signal?.aborted) throw notSent()
  const requestId = randomUUID()
  const started = performance.now()
  const exchange = await fetched(`${url}${asked.path}${queryOf(asked)}`, key, requestId, { timeoutMs, ...call }, asked)
  const verdict = succeeded(exchange) ? null : judge(exchange)
  await hooks.after({
    call,
    method: asked.method,
    path: asked.path,
    status: exchange.status,
    ms: Math.round(performance.now() - started),
    panelCode: verdict?.facts.panelCode ?? null,
    rateLimit: rateLimit(exchange.headers),
    retryAfterMs: verdict?.facts.retryAfterMs ?? null,
    requestId,
  })
  return exchange
}

const queryOf = (asked: Asked) => (asked.query ? `?${new URLSearchParams(asked.query)}` : '')

export async function fetched(
  url: string,
  key: string,
  requestId: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  asked: Asked,
): Promise<Exchange> {
  const nothing: Exchange = { method: asked.method, path: asked.path, status: null, headers: new Headers(), body: undefined, trouble: null }
  try {
    const answer = await fetch(url, {
      method: asked.method,
      // Under */* the panel redirects to a login page instead of naming an error.
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key}`,
        'x-request-id': requestId,
        ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    })
    const seen = { ...nothing, status: answer.status, headers: answer.headers }
    if (answer.status === 204) return { ...seen, body: null }
    const text = await readBounded(answer)
    try {
      return { ...seen, body: JSON.parse(text) }
    } catch {
      return { ...seen, trouble: answer.headers.get('location') ? 'a redirect' : /<html|<!doctype/i.test(text) ? 'HTML' : 'no JSON' }
    }
  } catch (error) {
    return { ...nothing, trouble: troubleOf(error) }
  }
}

async function readBounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > BODY_BYTES_MAX) throw new Error('an answer without end')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'timed out'
  if (error.name === 'AbortError') return 'called off while waiting'
  const cause = error.cause as { code?: string; message?: string } | undefined
  return cause?.code ?? cause?.message ?? error.message
}
