import { serve } from '@hono/node-server'
import type { Router } from '../../kit/routes.ts'

export interface HttpServer {
  port: number
  /** Stops taking connections and lets running requests finish, at most `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Listens on every interface at `port`. @throws the socket's own error when the port is taken */
export const listen = (app: Router, port: number): Promise<HttpServer> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port }, (info) => resolve({ port: info.port, close }))
    server.on('error', reject)
    const close = (graceMs: number) =>
      new Promise<void>((done) => {
        const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          done()
        })
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      })
  })
