import { join } from 'node:path'
import { type Config, readConfig } from './config.ts'
import { pendingMigrations } from './db/index.ts'
import { authOf } from './doors/build-auth.ts'
import { buildDoctor } from './doors/build-doctor.ts'
import { buildWorld } from './doors/build-world.ts'
import { createApp } from './doors/http/app.ts'
import { type HttpServer, listen } from './doors/http/serve.ts'
import { openLog } from './doors/kept-log.ts'
import { proofOf } from './doors/prove.ts'
import { startWorkers } from './doors/worker/start-workers.ts'
import { TOPICS } from './doors/worker/topics.ts'
import { watchHealth } from './doors/worker/watch-health.ts'
import { createTally } from './health/index.ts'
import { Failure } from './kit/failure.ts'
import { createBell, createLoop } from './loop/index.ts'
import { fixWebhookEndpoint } from './operations/index.ts'

export type Role = 'all' | 'web' | 'worker'

const GRACE_MS = 15_000
const WEB_FOLDER = join(import.meta.dirname, '..', 'dist', 'web')

/**
 * Runs one process of the product until it is told to stop.
 * @param role `web` answers HTTP, `worker` works in the background, `all` does both
 * @throws Failure `db.pending_migrations` when the database is not up to date
 */
export async function serveProduct(config: Config, role: Role): Promise<{ port: number | null; stop(): Promise<void> }> {
  const { log, ...kept } = openLog(config, role)
  const tally = createTally(() => world.now())
  const world = buildWorld(config, `givrwrld ${role}`, log, tally)
  const { db } = world
  const pending = await pendingMigrations(db.pool)
  if (pending.length > 0)
    throw new Failure({
      code: 'db.pending_migrations',
      kind: 'conflict',
      say: `The database lacks: ${pending.join(', ')}.`,
      next: 'Run `bin/givrwrld db migrate`, then start again.',
    })

  const loop = createLoop({
    databaseUrl: config.databaseUrl,
    topics: TOPICS,
    log,
    name: `givrwrld ${role} jobs`,
    poolMax: role === 'web' ? 4 : 24,
  })
  const bell = createBell({ databaseUrl: config.databaseUrl, pool: db.pool, channel: 'stripe_events', log })
  const doctor = buildDoctor({ config, db })
  let server: HttpServer | null = null
  let health: { stop(): Promise<void> } | null = null
  const stop = async () => {
    log.info({ fn: 'process', role }, 'stopping')
    await server?.close(GRACE_MS)
    await bell.close()
    await loop.stop()
    await doctor.close()
    await health?.stop()
    await db.close()
    log.info({ fn: 'process', role }, 'stopped')
    await kept.close()
  }
  const start = async () => {
    await loop.start()
    db.onWake(loop.sendWakes)
    if (role !== 'web') await startWorkers(world, loop, bell, { ...config, tally })
    health = watchHealth(world, loop, { role, tally, settings: config })
    if (role === 'worker') return
    const auth = authOf(world, config)
    const notReady = async () => {
      if (!loop.ready()) return 'the job library is not up'
      try {
        const missing = await pendingMigrations(db.pool)
        return missing.length > 0 ? `database: ${missing.join(', ')}` : null
      } catch (error) {
        // Why it does not answer names hosts and users: that is for the log.
        log.warn({ err: error }, 'not ready: the database does not answer')
        return 'the database does not answer'
      }
    }
    const app = createApp({
      world,
      locks: { auth, serviceKey: config.serviceRoleKey, staffSecondFactor: config.staffSecondFactor },
      trustedProxies: config.trustedProxies,
      checkoutsPerAddress: config.checkoutsPerAddress,
      refundLimitCents: config.refundLimitCents,
      webFolder: WEB_FOLDER,
      onWebhook: bell.ring,
      onAnswer: tally.answered,
      prove: (nonce) => proofOf(config.authSecret, nonce),
      doctor: { examine: () => doctor.run(), fixWebhookEndpoint: (ask) => fixWebhookEndpoint({ ...world, setup: doctor.setup() }, ask) },
      notReady,
    })
    server = await listen(app, config.port)
    log.info({ fn: 'process', port: server.port, role }, 'serving')
  }
  try {
    await start()
  } catch (thrown) {
    // What runs already would keep the process alive, doing half of its work. The first fault is the one to tell.
    await stop().catch(() => undefined)
    throw thrown
  }
  return { port: portOf(server), stop }
}

const portOf = (server: HttpServer | null): number | null => server?.port ?? null

/** Serves until SIGTERM or SIGINT; a second signal ends it at once. Under a supervisor it says `ready`, and ends when that is gone. */
export async function serveUntilStopped(role: Role): Promise<void> {
  const running = await serveProduct(readConfig(), role)
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(130)
    stopping = true
    void running.stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  process.on('disconnect', stop)
  process.send?.({ ready: true })
}

function roleIn(text: string): Role {
  if (text === 'all' || text === 'web' || text === 'worker') return text
  process.stderr.write(`There is no role “${text}”: all, web or worker.\n`)
  process.exit(64)
}

if (import.meta.main) {
  serveUntilStopped(roleIn(process.argv[2] ?? 'all')).catch((error) => {
    process.stderr.write(`${error instanceof Failure ? `${error.say}\n${error.next}` : (error?.stack ?? error)}\n`)
    process.exit(error instanceof Failure ? 78 : 70)
  })
}
