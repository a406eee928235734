import { LOG_LEVELS, type LogFilter } from '../../../../src/operations/contract.ts'
import { oneOf, textOf } from '../../../ui/search.ts'

export type LogsSearch = Partial<Pick<LogFilter, 'level' | 'fn' | 'order' | 'customer' | 'request' | 'text'>> & {
  /** An age (`1h`) or an instant. */
  since?: string | undefined
  until?: string | undefined
  cursor?: string | undefined
  live?: '1' | undefined
}

/** What the log shows, as it stands in the address: shareable, and kept on reload. */
export const parseLogSearch = (search: Record<string, unknown>): LogsSearch => {
  const text = textOf(search['text'])?.slice(0, 200)
  return {
    fn: textOf(search['fn'])?.slice(0, 60),
    level: oneOf(LOG_LEVELS, search['level']),
    order: textOf(search['order']),
    customer: textOf(search['customer'])?.slice(0, 320),
    request: textOf(search['request']),
    text,
    // A text is looked for in a stretch of time.
    since: textOf(search['since']) ?? (text === undefined ? undefined : '1d'),
    until: textOf(search['until']),
    cursor: textOf(search['cursor']),
    live: search['live'] === '1' ? '1' : undefined,
  }
}
