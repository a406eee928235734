import { isUuid } from '../../kit/ids.ts'
import { LOG_LEVELS, type LogLevel } from '../contract.ts'

/** One line of the log as it is kept. */
export interface LogLine {
  at: Date
  level: LogLevel
  fn: string
  message: string
  orderId: string | null
  userId: string | null
  requestId: string | null
  /** JSON text. */
  facts: string
}

const MESSAGE_MAX = 1_000
const FN_MAX = 60
const FACTS_BYTES_MAX = 4_096
/** Facts that are too long keep each of their texts this far, in turn, until they fit. */
const TEXT_MAX = [1_000, 300, 80]
const ITEMS_MAX = 20
const LOUD: ReadonlySet<string> = new Set(['warn', 'error', 'fatal'])

/**
 * Reads a line as it goes to standard output. Functions, jobs and calls say their name (`fn`); what has none is the process's own
 * and is kept only when it is a warning or worse.
 * @returns null: not to be kept, or no line of ours
 */
export function readLine(json: string): LogLine | null {
  const line = parsed(json)
  if (line === null) return null
  const { time, level, fn, msg, orderId, userId, requestId, ...facts } = line
  const at = new Date(String(time))
  if (Number.isNaN(at.getTime()) || !isLevel(level)) return null
  if (typeof fn !== 'string' && !LOUD.has(level)) return null
  return {
    at,
    level,
    fn: typeof fn === 'string' ? storable(fn).slice(0, FN_MAX) : 'process',
    message: storable(String(msg ?? '')).slice(0, MESSAGE_MAX),
    ...{ orderId: uuidIn(orderId), userId: uuidIn(userId), requestId: uuidIn(requestId) },
    facts: bounded(facts),
  }
}

function parsed(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

const isLevel = (value: unknown): value is LogLevel => (LOG_LEVELS as readonly unknown[]).includes(value)
const uuidIn = (value: unknown): string | null => (typeof value === 'string' && isUuid(value) ? value : null)
/** PostgreSQL refuses NUL and halves of characters, and with one of them the whole batch. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

function bounded(facts: Record<string, unknown>): string {
  const text = JSON.stringify(facts)
  const whole = UNSTORABLE.test(text) ? JSON.stringify(shortened(facts, Number.POSITIVE_INFINITY)) : text
  if (Buffer.byteLength(whole) <= FACTS_BYTES_MAX) return whole
  for (const max of TEXT_MAX) {
    const shorter = JSON.stringify({ ...(shortened(facts, max) as object), cut: true })
    if (Buffer.byteLength(shorter) <= FACTS_BYTES_MAX) return shorter
  }
  return JSON.stringify({
    cut: true,
    names: Object.keys(facts)
      .slice(0, ITEMS_MAX)
      .map((name) => storable(name).slice(0, 80)),
  })
}

function shortened(value: unknown, max: number): unknown {
  if (typeof value === 'string') return value.length > max ? `${storable(value.slice(0, max))}…` : storable(value)
  if (Array.isArray(value))
    return value.slice(0, max === Number.POSITIVE_INFINITY ? undefined : ITEMS_MAX).map((one) => shortened(one, max))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [storable(name), shortened(one, max)]))
}
