import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../wire/body.ts'
import { readForm } from '../wire/form.ts'
import type { World } from '../world.ts'

/** A request to one of the pages. */
export interface Visit {
  world: World
  id: string
  /** What was posted, as a form or as JSON. */
  said: Record<string, string>
  wantsJson: boolean
}
export interface Reply {
  status: number
  type: 'text/html' | 'application/json' | 'text/plain'
  body: string
  location?: string
}
export interface Door {
  method: 'GET' | 'POST' | 'DELETE'
  pattern: RegExp
  answer(visit: Visit): Reply | Promise<Reply>
}

export const door = (method: Door['method'], path: string, answer: Door['answer']): Door => ({
  method,
  pattern: new RegExp(`^${path.replace(/:[a-z]+/g, '([^/]+)')}$`),
  answer,
})

export const shown = (body: string, status = 200): Reply => ({ status, type: 'text/html', body })
export const told = (value: unknown, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value, null, 2)}\n`,
})
export const sentTo = (location: string): Reply => ({ status: 303, type: 'text/plain', body: `See ${location}\n`, location })

async function readSaid(request: IncomingMessage): Promise<Record<string, string>> {
  const text = await readBody(request)
  if (!text) return {}
  if (!request.headers['content-type']?.includes('json'))
    return Object.fromEntries(Object.entries(readForm(text)).map(([key, value]) => [key, String(value)]))
  const parsed: unknown = JSON.parse(text)
  return Object.fromEntries(Object.entries(parsed as object).map(([key, value]) => [key, String(value)]))
}

/** Answers from the first door that fits; false when none does. */
export async function enter(world: World, doors: Door[], request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
  const found = doors.find((one) => one.method === request.method && one.pattern.test(url.pathname))
  if (!found) return false
  const id = decodeURIComponent(found.pattern.exec(url.pathname)?.[1] ?? '')
  let reply: Reply
  try {
    const said = await readSaid(request)
    const wantsJson = !request.headers.accept?.includes('text/html')
    reply = await found.answer({ world, id, said, wantsJson })
  } catch (error) {
    if (!(error instanceof SyntaxError)) console.error('sandbox stripe:', error)
    reply = error instanceof SyntaxError ? told({ error: 'the body is not JSON' }, 400) : told({ error: 'the sandbox failed' }, 500)
  }
  response.writeHead(reply.status, {
    'Content-Type': `${reply.type}; charset=utf-8`,
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ...(reply.location ? { Location: reply.location } : {}),
  })
  response.end(reply.body)
  return true
}
