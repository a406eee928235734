import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Actor } from '../../kit/actor.ts'
import type { Log } from '../../kit/log.ts'
import type { AppEnv, Ctx } from '../../kit/routes.ts'
import { alsoBusyWith, type Busy, workDone, working } from '../../kit/working.ts'

const FUNCTION = /^\/functions\/v1\/(servers-provision|create-pterodactyl-user|create-checkout-session|stripe-webhook)$/
const WEBHOOK = '/functions/v1/stripe-webhook'
const ORDER = /\/(?:orders|checkouts)\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\/|$)/
const LOOKS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Gives the request its id, and says in one line how it ended; what `isOurs` does not name is some page or picture. */
export const sayRequest =
  (log: Log, isOurs: (path: string) => boolean): MiddlewareHandler<AppEnv> =>
  (c, next) => {
    const requestId = randomUUID()
    const started = performance.now()
    c.set('requestId', requestId)
    c.set('log', log)
    return working({ requestId, ...aboutPath(c.req.path) }, async () => {
      await next()
      c.res.headers.set('x-request-id', requestId)
      if (isOurs(c.req.path)) say(c, Math.round(performance.now() - started))
    })
  }

/** As soon as it is known who asks, so that calls made for a customer say so. */
export function sayWho(actor: Actor | null): void {
  if (actor?.kind === 'user' && actor.role === 'customer') alsoBusyWith({ userId: actor.id })
}

function aboutPath(path: string): Busy {
  const [fn, orderId] = [FUNCTION.exec(path)?.[1], ORDER.exec(path)?.[1]]
  return { fn: fn ?? 'http', ...(orderId ? { orderId } : {}) }
}

function say(c: Ctx, ms: number): void {
  const { method, path } = c.req
  const { status } = c.res
  const { actor, log } = c.var
  const { calls, told } = workDone()
  const facts = {
    method,
    path,
    status,
    ms,
    outcome: status < 400 ? 'ok' : 'failed',
    actor: actor?.id,
    ...(calls > 0 ? { calls } : {}),
    ...told,
  }
  const text = `${method} ${path} → ${status}`
  // One of very many: taken in, it is heard of when it is handled.
  if (path === WEBHOOK && status < 400) log.debug(facts, text)
  else if (isKept(c)) log.info(facts, text)
  // Without a name it goes to standard output alone: pages that look again every few seconds, and whoever tries our doors.
  else log.info({ ...facts, fn: undefined }, text)
}

function isKept({ req: { method, path }, res: { status }, var: { actor } }: Ctx): boolean {
  if (status >= 500) return true
  if (FUNCTION.test(path)) return method !== 'OPTIONS'
  return actor !== null && (status >= 400 || !LOOKS.has(method))
}
