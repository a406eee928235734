import type { PagingAsk } from './params.ts'
import { invalid, noSuch } from './refusal.ts'

/**
 * One page of a list, newest first, moved along by ids.
 * @param rows oldest first, as the tables keep them.
 * @param url the path this list lives at.
 */
export function pageOf<T extends { id: string }>(rows: T[], ask: PagingAsk, url: string) {
  const limit = ask.limit ?? 10
  if (limit < 1 || limit > 100) throw invalid('Invalid limit: must be between 1 and 100', 'limit')
  if (ask.starting_after && ask.ending_before) throw invalid('You may only specify one of these parameters: ending_before, starting_after.')
  const newest = rows.toReversed()
  const indexOf = (id: string, param: string) => {
    const index = newest.findIndex((row) => row.id === id)
    if (index < 0) throw noSuch('object', id, param, 400)
    return index
  }
  if (ask.ending_before) {
    const before = newest.slice(0, indexOf(ask.ending_before, 'ending_before'))
    return { object: 'list' as const, data: before.slice(-limit), has_more: before.length > limit, url }
  }
  const after = ask.starting_after ? newest.slice(indexOf(ask.starting_after, 'starting_after') + 1) : newest
  return { object: 'list' as const, data: after.slice(0, limit), has_more: after.length > limit, url }
}

/** A list inside an object: all of it, in the order given. */
export const listOf = <T>(data: T[], url: string) => ({ object: 'list' as const, data, has_more: false, url })
