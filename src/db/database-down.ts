import { Failure } from '../kit/failure.ts'

/**
 * Refused, cut off, starting up or shutting down, out of connections: PostgreSQL's classes 08 and 57P, 53300, and the socket's own.
 * Also a statement that waited too long for others (57014) or was chosen to give way to them (40P01, 40001).
 */
const DOWN = /^(?:08\w{3}|57P0[1-5]|53300|57014|40P01|40001|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/
/** The driver gives these no code. */
const SAID =
  /^(?:Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** The Failure that a thrown thing means, where PostgreSQL cannot be reached; null where it means something else. */
export function databaseDown(thrown: unknown): Failure | null {
  if (!(thrown instanceof Error) || thrown instanceof Failure) return null
  const { code } = thrown as { code?: unknown }
  const down = (typeof code === 'string' && DOWN.test(code)) || SAID.test(thrown.message)
  if (!down) return null
  return new Failure({
    code: 'db.unavailable',
    kind: 'unavailable',
    say: 'Our database does not answer at this moment.',
    next: 'Try again in a minute. What was paid is not lost.',
    facts: { error: thrown.message, code },
    cause: thrown,
    retryAfterMs: 10_000,
  })
}
