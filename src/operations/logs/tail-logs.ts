import { later, SECOND } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import type { LogLineView, LogNews } from '../contract.ts'
import { findLines, type LogSearch } from '../store/logs.ts'

/** A line is written some moments after it was said, by another process perhaps: so far back each look goes. */
const LATE_MS = 15 * SECOND
const NEWS_MAX = 500

/** A look for lines that are new since the one before; the first brings those of the last seconds. */
export interface Tail {
  look(): Promise<LogNews>
}

/** @param known lines that the reader has already */
export function tailLogs({ db, now }: Pick<World, 'db' | 'now'>, search: LogSearch, known: LogLineView[] = []): Tail {
  const shown = new Map(known.map((line) => [line.id, line.at]))
  let from = later(now(), -LATE_MS)
  return {
    async look() {
      const begun = now()
      const found = await findLines(db.q, { ...search, since: from }, NEWS_MAX)
      const items = found.filter((line) => !shown.has(line.id)).reverse()
      // Not before the answer is there: while the database is away, what is to be looked through grows.
      from = later(begun, -LATE_MS)
      const edge = from.toISOString()
      for (const [id, at] of shown) if (at < edge) shown.delete(id)
      for (const { id, at } of items) if (at >= edge) shown.set(id, at)
      return { items, gap: items.length === NEWS_MAX }
    },
  }
}
