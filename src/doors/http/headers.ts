import type { MiddlewareHandler } from 'hono'
import { NONCE, secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from '../../kit/routes.ts'

const UNUSED_FEATURES = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'midi', 'displayCapture'] as const

/**
 * What a browser is told about every answer. Nothing inline runs or is applied, but the style sheets that the component
 * library makes in the browser: they carry the nonce of the page's own answer (see static.ts). None of the listed features
 * of a device is used, so that injected code could not use them either.
 */
export const browserHeaders = (publicUrl: string): MiddlewareHandler<AppEnv> =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", NONCE],
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
    permissionsPolicy: Object.fromEntries(UNUSED_FEATURES.map((name) => [name, []])),
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
