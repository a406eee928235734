import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import { mailPages } from '../mail/pages.ts'
import type { SandboxMail } from '../mail/start.ts'
import { faultRoutes } from './fault-routes.ts'
import { overviewRoutes } from './overview-routes.ts'

export interface ControlOptions {
  /** 0: any free one. */
  port: number
  host?: string
  clock: Clock
  journal: Journal
  faults: Faults
  mail: SandboxMail
  panelUrl: string
  stripeUrl: string
  shopUrl: string
  /** The clock is about to stand so far ahead of the real one. */
  onAdvance?(aheadMs: number): void
  /** Throws the sandbox's world away and makes it anew. */
  onReset(): void | Promise<void>
}
export interface Control {
  url: string
  port: number
  close(): Promise<void>
}

/** The page that steers the sandbox: where everything is, the mail inbox, the faults, the clock. */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { host = '127.0.0.1' } = options
  const app = controlApp(options)
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port: options.port, hostname: host }, () => resolve(starting))
    starting.once('error', reject)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  return {
    url: `http://localhost:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

export function controlApp(options: ControlOptions): Hono {
  const app = new Hono()
  app.use('*', async (c, next) => {
    // Any page a developer has open could post here; only our own pages, and programs, may.
    const origin = c.req.header('origin')
    if (origin !== undefined && origin !== `http://${c.req.header('host')}`) return c.json({ error: 'another origin' }, 403)
    await next()
    c.header('content-security-policy', POLICY)
    c.header('cache-control', 'no-store')
  })
  app.route('/', overviewRoutes(options))
  app.route('/', faultRoutes(options.faults))
  app.route('/', mailPages(options.mail.inbox))
  return app
}
