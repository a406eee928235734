import { type ServerType, serve } from '@hono/node-server'
import type { Router } from '../../kit/routes.ts'

export interface HttpServer {
  port: number
  /** Stops taking connections and lets running requests finish, at most `graceMs`. Streams of events end at once: their readers come again. */
  close(graceMs: number): Promise<void>
}

/** Listens on every interface at `port`. @throws the socket's own error when the port is taken */
export const listen = (app: Router, port: number): Promise<HttpServer> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port }, (info) => resolve({ port: info.port, close }))
    server.on('error', reject)
    const streams = openStreams(server)
    const close = (graceMs: number) =>
      new Promise<void>((done) => {
        const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
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
