import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import type { Actor } from './actor.ts'
import { Problem } from './contract.ts'
import { Failure } from './failure.ts'
import type { Log } from './log.ts'

/** What every request carries once the door has looked at it. */
export interface AppEnv {
  Variables: {
    /** null: a stranger. */
    actor: Actor | null
    /** Why the caller has less than the credentials seem to say: a key that is over, a second factor that is due. */
    refusal: Failure | null
    /** The session of a signed-in person. */
    sessionId: string | null
    /** Whether the person's e-mail is verified; false for strangers. */
    verified: boolean
    /** Address of the client, as far as we trust it. */
    clientIp: string
    requestId: string
    /** What a style sheet made in the browser must carry; new with each answer. The HTTP library's name for it. */
    secureHeadersNonce?: string
    log: Log
  }
}
export type Ctx = Context<AppEnv>
export type Router = OpenAPIHono<AppEnv>

/** A router whose refused bodies and parameters become one `invalid` Failure that names every field. */
export const newRouter = (): Router =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw refusedInput(result.error)
    },
  })

/** A refusal names what the client sent: it must not grow with it. */
const FIELDS_MAX = 20
const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text)

export function refusedInput(error: z.ZodError): Failure {
  const fields = Object.fromEntries(
    error.issues.slice(0, FIELDS_MAX).map((issue) => [issue.path.join('.') || 'body', shortened(issue.message)]),
  )
  return new Failure({
    code: 'request.invalid',
    kind: 'invalid',
    say: `Not accepted: ${Object.entries(fields)
      .map(([field, text]) => `${field}: ${text}`)
      .join('; ')}`,
    next: 'Mend the fields named and send it again.',
    fields,
  })
}

/** An OpenAPI JSON response. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } })
export const jsonBody = <T extends z.ZodType>(schema: T) => ({ body: { required: true, content: { 'application/json': { schema } } } })
/** The error answers of every route, for the OpenAPI page. */
export const problems = { default: { description: 'What went wrong', content: { 'application/problem+json': { schema: Problem } } } }

const tooLarge = () =>
  new Failure({
    code: 'request.too_large',
    kind: 'invalid',
    status: 413,
    say: 'The body is too large.',
    next: 'Send less at once.',
  })

/**
 * Refuses larger bodies. A declared length is believed without touching the body, since HTTP holds the sender to it:
 * looking into the body here would make every later reading of it several times dearer.
 */
export function bodyAtMost(bytes: number): MiddlewareHandler<AppEnv> {
  const counted = bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw tooLarge()
    },
  })
  return async (c, next) => {
    const declared = c.req.header('content-length')
    if (declared !== undefined && c.req.header('transfer-encoding') === undefined) {
      if (Number(declared) > bytes) throw tooLarge()
      return next()
    }
    return c.req.method === 'GET' || c.req.method === 'HEAD' ? next() : counted(c, next)
  }
}

const RANK: Record<Actor['role'], number> = { metrics: -1, customer: 0, support: 1, operator: 2, admin: 3, service: 4, system: 4 }

const signIn = () =>
  new Failure({
    code: 'accounts.not_signed_in',
    kind: 'denied',
    status: 401,
    say: 'You are not signed in.',
    next: 'Sign in and try again.',
  })

/** The signed-in person or key holder; throws 401 for a stranger. */
export function actorOf(c: Ctx): Actor {
  if (!c.var.actor) throw c.var.refusal ?? signIn()
  return c.var.actor
}

/** A signed-in person (not a key): throws 401, or 403 for the service key. */
export function personOf(c: Ctx): Actor {
  const actor = actorOf(c)
  if (actor.kind !== 'user')
    throw new Failure({
      code: 'accounts.person_needed',
      kind: 'denied',
      say: 'This is for a signed-in customer.',
      next: 'Send the session of that customer.',
    })
  return actor
}

/** Lets through who has at least this role; the service key counts as staff. */
export const staffOnly =
  (role: 'support' | 'operator' | 'admin'): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const actor = actorOf(c)
    if (RANK[actor.role] < RANK[role]) throw c.var.refusal ?? roleNeeded(role)
    await next()
  }

const roleNeeded = (role: string) =>
  new Failure({
    code: 'accounts.role_needed',
    kind: 'denied',
    say: `This needs the role ${role}.`,
    next: 'Ask an administrator for that role.',
  })

/** For what collects figures: a key of the scope `metrics`, or staff. */
export const figuresOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { role } = actorOf(c)
  if (role !== 'metrics' && RANK[role] < RANK.support) throw c.var.refusal ?? roleNeeded('support')
  await next()
}

/** Lets through the service role key alone. */
export const serviceOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (actorOf(c).kind !== 'service')
    throw new Failure({
      code: 'accounts.service_key_needed',
      kind: 'denied',
      say: 'This needs the service role key.',
      next: 'Send it as a bearer token.',
    })
  await next()
}
