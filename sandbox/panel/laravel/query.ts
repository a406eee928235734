import { badRequest } from '../errors.ts'
import { like } from '../fold.ts'
import type { Input } from './input.ts'

/** What a list lets its caller filter and sort by, as the panel's query builder does. */
interface Listing<T> {
  filters?: Record<string, Filter<T>>
  sorts?: Record<string, (row: T) => string | number>
}
type Filter<T> = (value: FilterValue) => (row: T) => boolean
type FilterValue = string | boolean | (string | boolean)[]

/** "true" and "false" are truths, a comma makes a list; an empty filter is none. */
function read(value: unknown): FilterValue | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'object') return Object.values(value).map((item) => read(item) ?? '') as (string | boolean)[]
  const text = String(value)
  if (text.includes(',')) return text.split(',')
  return text === 'true' ? true : text === 'false' ? false : text
}
const text = (value: string | boolean): string => (value === true ? '1' : value === false ? '' : value)

/** Any part of the text, without case; `%` and `_` are wildcards, a list means one of them. */
export const partial =
  <T>(field: (row: T) => string | number | null): Filter<T> =>
  (value) => {
    const parts = (Array.isArray(value) ? value.map(text).filter((part) => part !== '') : [text(value)]).map((part) => like(`%${part}%`))
    if (parts.length === 0) return () => true
    return (row) => {
      const own = field(row)
      return own !== null && parts.some((matches) => matches(String(own)))
    }
  }

export const exact =
  <T>(field: (row: T) => string | number | null): Filter<T> =>
  (value) => {
    const wanted = (Array.isArray(value) ? value : [value]).map(text)
    return (row) => wanted.includes(String(field(row) ?? ''))
  }

/** @throws 400 for a filter or a sort that the list does not know */
export function select<T>(rows: T[], query: Input, { filters = {}, sorts = {} }: Listing<T>): T[] {
  const asked = typeof query['filter'] === 'object' && query['filter'] !== null ? (query['filter'] as Input) : {}
  const unknown = Object.keys(asked).filter((name) => !(name in filters))
  if (unknown.length > 0) throw refuse('Filter', 'filter(s)', 'are', unknown, Object.keys(filters))
  let result = rows
  for (const [name, raw] of Object.entries(asked)) {
    const value = read(raw)
    if (value !== null) result = result.filter(filters[name]!(value))
  }
  const order = String(query['sort'] ?? '')
    .split(',')
    .filter(Boolean)
    .map((name) => ({ name: name.replace(/^-/, ''), down: name.startsWith('-') }))
  const strange = order.filter(({ name }) => !(name in sorts)).map(({ name }) => name)
  if (strange.length > 0) throw refuse('Sort', 'sort(s)', 'is', strange, Object.keys(sorts))
  if (order.length === 0) return result
  return [...result].sort((a, b) => {
    for (const { name, down } of order) {
      const [left, right] = [sorts[name]!(a), sorts[name]!(b)]
      if (left !== right) return left < right === down ? 1 : -1
    }
    return 0
  })
}

const refuse = (what: string, plural: string, verb: string, unknown: string[], allowed: string[]) =>
  badRequest(
    `Invalid${what}Query`,
    `Requested ${plural} \`${unknown.join(', ')}\` ${verb} not allowed. Allowed ${plural} are \`${allowed.join(', ')}\`.`,
  )

/** `include=a,b.c` as a tree. */
export interface Includes {
  [name: string]: Includes
}
export function readIncludes(value: unknown): Includes {
  const tree: Includes = {}
  const paths = typeof value === 'object' && value !== null ? Object.values(value).map(String) : String(value ?? '').split(',')
  for (const path of paths) {
    let place = tree
    for (const name of path.trim().split(':')[0]!.split('.').filter(Boolean)) {
      const next = place[name] ?? {}
      place[name] = next
      place = next
    }
  }
  return tree
}
