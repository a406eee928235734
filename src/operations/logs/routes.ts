import { createRoute } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import { streamSSE } from 'hono/streaming'
import { type AppEnv, actorOf, json, newRouter, problems, type Router, refusedInput, staffOnly } from '../../kit/routes.ts'
import { MINUTE, SECOND } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { LogFilter, LogPage, LogQuery } from '../contract.ts'
import { tooManyTails } from '../errors.ts'
import { narrowedBy, searchLogs } from './search-logs.ts'
import { tailLogs } from './tail-logs.ts'

const list = createRoute({
  method: 'get',
  path: '/api/ops/logs',
  tags: ['operations'],
  summary: 'What functions, jobs and calls said, newest first',
  middleware: [staffOnly('support')] as const,
  request: { query: LogQuery },
  responses: { 200: json(LogPage, 'A page'), ...problems },
})

export const TAIL_PATH = '/api/ops/logs/tail'
const LOOK_EVERY_MS = SECOND
/** Proxies close what is silent for a minute. */
const HEARTBEAT_EVERY = 15
/** Then the browser connects anew by itself, and is asked who it is: no connection outlives a session for long. */
const LASTS_MS = 5 * MINUTE
const TAILS_MAX = 20
const TAILS_PER_READER_MAX = 4

type LogsWorld = Pick<World, 'db' | 'now'>

export const logRoutes = (world: LogsWorld): Router => {
  const router = newRouter().openapi(list, async (c) => c.json(await searchLogs(world, c.req.valid('query')), 200))
  router.get(TAIL_PATH, staffOnly('support'), tail(world))
  return router
}

/** Server-sent events: `event: lines` with what is new, about a second after it was said. */
function tail(world: LogsWorld): Handler<AppEnv> {
  const open = new Map<string, number>()
  return async (c) => {
    const by = actorOf(c)
    const asked = LogFilter.safeParse(c.req.query())
    if (!asked.success) throw refusedInput(asked.error)
    const search = await narrowedBy(world, asked.data)
    // Nobody reads the stream that a HEAD request would begin, so it would never end.
    if (c.req.method !== 'GET') return c.body(null, 200, { 'content-type': 'text/event-stream' })
    const all = [...open.values()].reduce((sum, count) => sum + count, 0)
    if (all >= TAILS_MAX || (open.get(by.id) ?? 0) >= TAILS_PER_READER_MAX) throw tooManyTails()
    open.set(by.id, (open.get(by.id) ?? 0) + 1)
    // Without this a proxy collects the stream until its buffer is full.
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, async (stream) => {
      try {
        const { look } = tailLogs(world, search)
        for (let beat = 0; !stream.aborted && beat * LOOK_EVERY_MS < LASTS_MS; beat += 1) {
          const news = await look()
          if (news.items.length > 0) await stream.writeSSE({ event: 'lines', data: JSON.stringify(news) })
          else if (beat % HEARTBEAT_EVERY === 0) await stream.write(': still here\n\n')
          await stream.sleep(LOOK_EVERY_MS)
        }
      } finally {
        const left = (open.get(by.id) ?? 1) - 1
        if (left > 0) open.set(by.id, left)
        else open.delete(by.id)
      }
    })
  }
}
