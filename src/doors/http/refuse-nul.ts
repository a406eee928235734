import type { MiddlewareHandler } from 'hono'
import { Failure } from '../../kit/failure.ts'
import type { AppEnv } from '../../kit/routes.ts'

const IN_URL = /%00/
/** As JSON writes it; an escaped backslash before `u0000` makes it six plain letters. */
const IN_JSON = /(?<!\\)(?:\\\\)*\\u0000/

/** The one character that PostgreSQL's text cannot hold: refused here once, not in every room. */
export const refuseNul: MiddlewareHandler<AppEnv> = async (c, next) => {
  const type = c.req.header('content-type') ?? ''
  const inBody = /json/i.test(type) ? IN_JSON : /urlencoded/i.test(type) ? IN_URL : null
  if (IN_URL.test(c.req.url) || (c.req.raw.body && inBody?.test(await c.req.text())))
    throw new Failure({ code: 'request.nul', kind: 'invalid', say: 'The request holds a NUL character.', next: 'Send it without.' })
  return next()
}
