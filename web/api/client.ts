import type { z } from 'zod'
import { faultOf, unreachable, unreadable } from './fault.ts'

type Ask = { method?: 'GET' | 'POST' | 'PATCH'; body?: unknown; signal?: AbortSignal }

/** One call to our own origin. Answers with what the schema reads, or throws a Fault; nothing else. */
export async function call<T extends z.ZodType>(answer: T, path: string, { method = 'GET', body, signal }: Ask = {}): Promise<z.infer<T>> {
  const response = await send(path, method, body, signal)
  const json = await readJson(response)
  if (!response.ok) throw faultOf(response.status, json)
  const read = answer.safeParse(json)
  if (!read.success) throw unreadable()
  return read.data
}

async function send(path: string, method: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json' } }
  if (signal) init.signal = signal
  if (body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  try {
    return await fetch(path, init)
  } catch (thrown) {
    if (signal?.aborted) throw thrown
    throw unreachable()
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A query string without empty values; empty when nothing is left. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value !== undefined && value !== '') search.set(key, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
