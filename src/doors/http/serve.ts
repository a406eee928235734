import { type ServerType, serve } from '@hono/node-server'
import { Failure } from '../../kit/failure.ts'
import type { Router } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'

export interface HttpServer {
  port: number
  /** Stops taking connections and lets running requests finish, at most `graceMs`. Streams of events end at once: their readers come again. */
  close(graceMs: number): Promise<void>
}

/** How long a client may take to say what it wants; what only holds a connection is cut off. */
const PATIENCE = { headersTimeout: 15 * SECOND, requestTimeout: 60 * SECOND, connectionsCheckingInterval: 5 * SECOND }

const SWEEP_MS = 50

/** Listens on every interface at `port`. @throws Failure `serve.port_taken` */
export const listen = (app: Router, port: number): Promise<HttpServer> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, serverOptions: PATIENCE }, (info) => resolve({ port: info.port, close }))
    server.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? portTaken(port) : error))
    const streams = openStreams(server)
    const close = (graceMs: number) =>
      new Promise<void>((done) => {
        const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs)
        // A connection that is kept alive is busy now and idle a moment later; its client would go on using it for ever.
        const sweep = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), SWEEP_MS)
        server.prependListener('request', (_request, answer) => answer.setHeader('connection', 'close'))
        server.close(() => {
          clearTimeout(cut)
          clearInterval(sweep)
          done()
        })
        for (const end of streams) end()
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      })
  })

/** How to end each answer that would go on as long as its reader stays: without this, one open page holds up every stop. */
function openStreams(server: ServerType): Set<() => void> {
  const open = new Set<() => void>()
  server.on('request', (request, answer) => {
    if (!request.headers.accept?.includes('text/event-stream')) return
    const end = () => void request.socket?.destroy()
    open.add(end)
    answer.once('close', () => open.delete(end))
  })
  return open
}

const portTaken = (port: number) =>
  new Failure({
    code: 'serve.port_taken',
    kind: 'unavailable',
    say: `Something else listens on port ${port} already.`,
    next: 'Stop it, or set another PORT.',
  })
