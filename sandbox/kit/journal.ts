import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * State that survives a restart: named collections in memory, every change appended as one JSON line.
 * Opening replays the lines and writes them anew without the history. `file: null` keeps it in memory only.
 */
export interface Collection<T> {
  get(id: string | number): T | undefined
  set(id: string | number, row: T): void
  delete(id: string | number): void
  values(): T[]
  readonly size: number
}
export interface Journal {
  /** The collection of this name; call again with the same name for the same rows. Rows must be plain JSON. */
  collection<T>(name: string): Collection<T>
  /** Empties everything, on disk too. */
  reset(): void
}

type Line = { c: string; id: string; row: unknown }

export function openJournal(file: string | null): Journal {
  const tables = new Map<string, Map<string, unknown>>()
  const table = (name: string) => {
    const found = tables.get(name) ?? new Map<string, unknown>()
    tables.set(name, found)
    return found
  }
  const apply = ({ c, id, row }: Line) => (row === null ? table(c).delete(id) : table(c).set(id, row))

  if (file && existsSync(file)) {
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      // A line cut short by a kill is the last one and never was answered: leaving it out is right.
      try {
        if (text) apply(JSON.parse(text) as Line)
      } catch {}
    }
  }
  const snapshot = () => {
    if (!file) return
    mkdirSync(dirname(file), { recursive: true })
    const lines = [...tables].flatMap(([c, rows]) => [...rows].map(([id, row]) => JSON.stringify({ c, id, row })))
    writeFileSync(`${file}.new`, lines.map((line) => `${line}\n`).join(''))
    renameSync(`${file}.new`, file)
  }
  snapshot()
  const append = (line: Line) => file && appendFileSync(file, `${JSON.stringify(line)}\n`)

  return {
    collection<T>(name: string): Collection<T> {
      const rows = () => table(name) as Map<string, T>
      return {
        get: (id) => rows().get(String(id)),
        set(id, row) {
          rows().set(String(id), row)
          append({ c: name, id: String(id), row })
        },
        delete(id) {
          if (rows().delete(String(id))) append({ c: name, id: String(id), row: null })
        },
        values: () => [...rows().values()],
        get size() {
          return rows().size
        },
      }
    },
    reset() {
      tables.clear()
      snapshot()
    },
  }
}
