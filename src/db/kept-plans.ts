import { createHash } from 'node:crypto'
import pg from 'pg'

/**
 * The job library's statements are few, always in the same words, and take PostgreSQL five times as long to plan as to run:
 * under a name each connection plans them once. Other statements stay unnamed: theirs follow the values, and a table may
 * change under them. More than one statement in a text cannot be named.
 */
const isKept = (text: string): boolean => text.includes('pgboss.') && !text.includes(';')

const names = new Map<string, string>()
/** Far more than there are; a text that differs each time would otherwise fill up every connection. */
const NAMES_MAX = 200

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= NAMES_MAX) return known
  const name = `kept_${createHash('sha1').update(text).digest('hex').slice(0, 16)}`
  names.set(text, name)
  return name
}

/** For a pool's `Client`. */
export class PlanKeepingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const ask = this.query.bind(this) as (...args: unknown[]) => unknown
    this.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) && isKept(text) ? nameOf(text) : undefined
      return name ? ask({ name, text, values }, undefined, ...rest) : ask(text, values, ...rest)
    }) as typeof this.query
  }
}
