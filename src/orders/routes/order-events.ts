import type { Handler } from 'hono'
import { streamSSE } from 'hono/streaming'
import { isUuid } from '../../kit/ids.ts'
import { type AppEnv, personOf } from '../../kit/routes.ts'
import { MINUTE, SECOND } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { noSuchOrder, tooManyStreams } from '../errors.ts'
import { lookAtOrder } from '../look-at-order.ts'

const LOOK_EVERY_MS = SECOND
/** Proxies close what is silent for a minute. */
const HEARTBEAT_EVERY = 15
/** Then the browser connects anew by itself, and is asked who it is: no connection outlives a session for long. */
const LASTS_MS = 5 * MINUTE
const STREAMS_PER_USER_MAX = 6

/** Server-sent events of one order: its view whenever it changes, `event: order`. Reads one row a second, nothing else. */
export function orderEvents(world: Pick<World, 'db' | 'now' | 'shop'>): Handler<AppEnv> {
  const open = new Map<string, number>()
  return async (c) => {
    const by = personOf(c)
    const id = c.req.param('id') ?? ''
    if (!isUuid(id)) throw noSuchOrder()
    const justPaid = c.req.query('paid') !== undefined
    const first = await lookAtOrder(world, { by, id, justPaid })
    // Nobody reads the stream that a HEAD request would begin, so it would never end.
    if (c.req.method !== 'GET') return c.body(null, 200, { 'content-type': 'text/event-stream' })
    const others = open.get(by.id) ?? 0
    if (others >= STREAMS_PER_USER_MAX) throw tooManyStreams()
    open.set(by.id, others + 1)
    // Without this a proxy collects the stream until its buffer is full.
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, async (stream) => {
      let [sent, view] = ['', first]
      try {
        for (let beat = 0; !stream.aborted && beat * LOOK_EVERY_MS < LASTS_MS; beat += 1) {
          const text = JSON.stringify(stillSame(view))
          if (text !== sent) await stream.writeSSE({ event: 'order', data: JSON.stringify(view) })
          else if (beat % HEARTBEAT_EVERY === 0) await stream.write(': still here\n\n')
          sent = text
          await stream.sleep(LOOK_EVERY_MS)
          if (!stream.aborted) view = await lookAtOrder(world, { by, id, justPaid })
        }
      } finally {
        const left = (open.get(by.id) ?? 1) - 1
        if (left > 0) open.set(by.id, left)
        else open.delete(by.id)
      }
    })
  }
}

/** The clock alone is no news: the page counts its own seconds. Progress within the installation is. */
const stillSame = <T extends { elapsedSeconds: unknown }>(view: T) => ({ ...view, elapsedSeconds: null })
