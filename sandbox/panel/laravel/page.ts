import { crashed } from '../errors.ts'
import type { Input } from './input.ts'
import { isNumeric } from './rules.ts'

export interface Page<T> {
  rows: T[]
  meta: {
    pagination: {
      total: number
      count: number
      per_page: number
      current_page: number
      total_pages: number
      links: { previous?: string; next?: string }
    }
  }
}

/**
 * A page as the panel's paginator gives it: 50 unless asked, no upper bound, 0 means 15, a page past the end is empty.
 * The links forget the page's size and every filter.
 * @param url the address asked for, without its query
 * @throws 500 for a negative or unreadable `per_page`, as the panel fails on it
 */
export function paginate<T>(rows: T[], query: Input, url: string, perPageMax = Number.POSITIVE_INFINITY): Page<T> {
  const size = Math.min(readSize(query['per_page'], rows.length), perPageMax)
  const asked = query['page']
  const current =
    (typeof asked === 'string' || typeof asked === 'number') && /^\s*[1-9]\d{0,17}\s*$/.test(String(asked)) ? Number(asked) : 1
  const pages = Math.max(Math.ceil(rows.length / size), 1)
  const shown = rows.slice((current - 1) * size, current * size)
  const links = {
    ...(current > 1 ? { previous: `${url}?page=${current - 1}` } : {}),
    ...(current < pages ? { next: `${url}?page=${current + 1}` } : {}),
  }
  return {
    rows: shown,
    meta: { pagination: { total: rows.length, count: shown.length, per_page: size, current_page: current, total_pages: pages, links } },
  }
}

function readSize(value: unknown, total: number): number {
  if (value === null || value === undefined) return 50
  if (typeof value === 'object') throw crashed('TypeError')
  const text = String(value)
  if (!isNumeric(text)) throw crashed(/^\s*[+-]?\d/.test(text) ? 'ErrorException' : 'TypeError')
  const size = Math.trunc(Number(text))
  if (size === 0) return 15
  if (size < 0 && total > 0) throw crashed('QueryException')
  return size < 0 ? 1 : size
}
