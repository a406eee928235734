import { textOf } from '../../ui/search.ts'

export type AuditPageSearch = {
  actor?: string | undefined
  target?: string | undefined
  did?: string | undefined
  from?: string | undefined
  until?: string | undefined
  cursor?: string | undefined
}

const instant = (value: unknown): string | undefined => {
  const text = textOf(value)
  return text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined
}

/** What the audit shows, as it stands in the address. */
export const parseAuditSearch = (search: Record<string, unknown>): AuditPageSearch => ({
  actor: textOf(search['actor'])?.slice(0, 200),
  target: textOf(search['target'])?.slice(0, 200),
  did: textOf(search['did'])?.slice(0, 200),
  from: instant(search['from']),
  until: instant(search['until']),
  cursor: textOf(search['cursor']),
})
