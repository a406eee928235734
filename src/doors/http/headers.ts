import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from '../../kit/routes.ts'

/** What a browser is told about every answer. Styles are inline where the component library sets them; scripts never are. */
export const browserHeaders = (publicUrl: string): MiddlewareHandler<AppEnv> =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: publicUrl.startsWith('https:') ? 'max-age=31536000; includeSubDomains' : false,
    referrerPolicy: 'strict-origin-when-cross-origin',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    xFrameOptions: 'DENY',
  })

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A cookie is only believed on a changing request that our own pages sent: same origin by Origin or Sec-Fetch-Site.
 * Requests that carry a bearer token need no such proof, since no foreign page can add one.
 */
export const fromOurPages = (c: { req: { method: string; header(name: string): string | undefined } }, publicUrl: string): boolean => {
  if (SAFE_METHODS.has(c.req.method)) return true
  const origin = c.req.header('origin')
  if (origin) return origin === new URL(publicUrl).origin
  const site = c.req.header('sec-fetch-site')
  return site === undefined || site === 'same-origin' || site === 'none'
}
