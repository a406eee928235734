import { z } from 'zod'
import type { PanelFacts } from './types.ts'

/** What came back from one HTTP exchange, before it means anything. */
export interface Exchange {
  method: string
  path: string
  /** null: nothing came back. */
  status: number | null
  headers: Headers
  /** Parsed JSON; undefined where there is none. */
  body: unknown
  /** Why nothing (usable) came back, for the log: `ECONNRESET`, `timed out`, `HTML`. */
  trouble: string | null
}

const ErrorBody = z.object({
  errors: z
    .array(
      z.looseObject({
        code: z.string(),
        detail: z.string().default(''),
        meta: z.looseObject({ source_field: z.string(), rule: z.string() }).optional(),
      }),
    )
    .min(1),
})

/** The panel's own verdict on a call. */
export interface Verdict {
  facts: PanelFacts
  /** `errors[0].detail` */
  detail: string
  trouble: string | null
}

/** Whether the exchange did what was asked: 2xx, with JSON or with nothing to say. */
export const succeeded = (exchange: Exchange): boolean =>
  exchange.trouble === null && exchange.status !== null && exchange.status >= 200 && exchange.status < 300

/**
 * Reads a failed exchange. The panel answers with JSON that has `errors[0].code`; everything else (a proxy's page, a redirect
 * to a login page, JSON of somebody else) is no answer of the panel: what was asked may or may not have happened.
 */
export function judge(exchange: Exchange): Verdict {
  const parsed = exchange.trouble === null ? ErrorBody.safeParse(exchange.body) : null
  const errors = parsed?.success ? parsed.data.errors : []
  const first = errors[0]
  const refused = Object.fromEntries(
    errors.flatMap((error) => (error.meta ? [[error.meta.source_field, { rule: error.meta.rule, detail: error.detail }] as const] : [])),
  )
  const facts: PanelFacts = {
    method: exchange.method,
    path: exchange.path,
    answered: first !== undefined,
    status: exchange.status,
    panelCode: first?.code ?? null,
    refused,
    retryAfterMs: retryAfterMs(exchange.headers),
  }
  return { facts, detail: first?.detail ?? '', trouble: exchange.trouble ?? (first ? null : 'no JSON of the panel') }
}

export function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000 : null
}

export function rateLimit(headers: Headers): { limit: number; remaining: number } | null {
  const [limit, remaining] = [headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]
  return limit === null || remaining === null ? null : { limit: Number(limit), remaining: Number(remaining) }
}

/**
 * "No such thing", said by the panel itself: not a daemon's 404, not a proxy's, and not a wrong address, which the panel
 * names with the same code ("The route … could not be found.").
 */
export const saysAbsent = ({ facts, detail }: Verdict): boolean =>
  facts.panelCode === 'NotFoundHttpException' && !detail.startsWith('The route ')
