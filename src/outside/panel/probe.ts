import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Exchange, judge, rateLimit, succeeded } from './answer.ts'
import type { PanelOptions } from './index.ts'
import { type Asked, fetched } from './send.ts'

/** What came of one look at the panel, whatever it was: for who wants to know why, not for who wants it done. */
export interface Probed {
  /** null: nothing came back. */
  status: number | null
  /** Null where it went well, and where no panel answered. */
  panelCode: string | null
  /** The panel's own words. */
  detail: string
  /** Why nothing of the panel came back: `ECONNREFUSED`, `timed out`, `HTML`, `a redirect`. */
  trouble: string | null
  /** Who says that it served this: `nginx`, `cloudflare`. */
  servedBy: string | null
  rateLimit: { limit: number; remaining: number } | null
  /** By the other side's clock, to the second. */
  date: Date | null
  ms: number
  /** Of a list's first page. */
  ids: number[]
}

/** Looks at the panel outside the budget's queue, and never throws. */
export interface PanelProbe {
  /** False: there is no client key. */
  hasClientKey: boolean
  ask(asked: Asked & { key?: 'application' | 'client'; signal?: AbortSignal }): Promise<Probed>
}

const Ids = z.looseObject({ data: z.array(z.looseObject({ attributes: z.looseObject({ id: z.number() }) })) })

export function createPanelProbe({ url, appKey, clientKey, timeoutMs = 6_000, hooks }: PanelOptions): PanelProbe {
  const base = url.replace(/\/+$/, '')
  return {
    hasClientKey: clientKey !== null,
    async ask({ key = 'application', signal, ...asked }) {
      const requestId = randomUUID()
      const query = asked.query ? `?${new URLSearchParams(asked.query)}` : ''
      const from = performance.now()
      const token = key === 'client' ? (clientKey ?? '') : appKey
      const exchange = await fetched(`${base}${asked.path}${query}`, token, requestId, { timeoutMs, ...(signal ? { signal } : {}) }, asked)
      const probed = toProbed(exchange, Math.round(performance.now() - from))
      const { status, panelCode, ms } = probed
      const { method, path } = asked
      await hooks.after({
        ...{ call: { share: 'staff' }, method, path, status, ms, panelCode },
        ...{ rateLimit: probed.rateLimit, retryAfterMs: null, requestId },
      })
      return probed
    },
  }
}

function toProbed(exchange: Exchange, ms: number): Probed {
  const { status, headers } = exchange
  const { facts, detail, trouble } = succeeded(exchange) ? { facts: null, detail: '', trouble: null } : judge(exchange)
  const sent = new Date(headers.get('date') ?? Number.NaN)
  const listed = Ids.safeParse(exchange.body)
  return {
    status,
    panelCode: facts?.panelCode ?? null,
    detail,
    trouble,
    servedBy: headers.get('server'),
    rateLimit: rateLimit(headers),
    date: Number.isNaN(sent.getTime()) ? null : sent,
    ms,
    ids: listed.success ? listed.data.data.map((row) => row.attributes.id) : [],
  }
}
