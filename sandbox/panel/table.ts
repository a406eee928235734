import type { Collection } from '../kit/journal.ts'

/**
 * A journal's collection with look-ups that need no scan. Rows are replaced whole, never changed in place.
 */
export interface Table<T extends { id: string | number }> {
  get(id: string | number): T | undefined
  /** In the order of insertion, which is the order of ids. */
  all(): T[]
  set(row: T): T
  patch(id: string | number, change: Partial<T>): T
  delete(id: string | number): void
  /** The rows whose key in this index is `key`. */
  where(index: string, key: string | number): T[]
  readonly size: number
}

/** @param indexes key of a row by index; a null key is in no index */
export function createTable<T extends { id: string | number }>(
  rows: Collection<T>,
  indexes: Record<string, (row: T) => string | number | null> = {},
): Table<T> {
  const maps = new Map(Object.keys(indexes).map((name) => [name, new Map<string | number, Set<string | number>>()]))
  const enter = (row: T) => {
    for (const [name, map] of maps) {
      const key = indexes[name]!(row)
      if (key === null) continue
      const ids = map.get(key) ?? new Set()
      map.set(key, ids.add(row.id))
    }
  }
  const leave = (row: T, next?: T) => {
    for (const [name, map] of maps) {
      const key = indexes[name]!(row)
      if (key === null || (next && indexes[name]!(next) === key)) continue
      const ids = map.get(key)
      ids?.delete(row.id)
      if (ids?.size === 0) map.delete(key)
    }
  }
  for (const row of rows.values()) enter(row)
  const table: Table<T> = {
    get: (id) => rows.get(id),
    all: () => rows.values(),
    set(row) {
      const old = rows.get(row.id)
      if (old) leave(old, row)
      rows.set(row.id, row)
      enter(row)
      return row
    },
    patch(id, change) {
      const old = rows.get(id)
      if (!old) throw new Error(`no row ${id}`)
      return table.set({ ...old, ...change })
    },
    delete(id) {
      const old = rows.get(id)
      if (!old) return
      leave(old)
      rows.delete(id)
    },
    where: (index, key) => [...(maps.get(index)?.get(key) ?? [])].map((id) => rows.get(id)!).sort((a, b) => (a.id < b.id ? -1 : 1)),
    get size() {
      return rows.size
    },
  }
  return table
}
