import type { World } from '../world.ts'
import { Refusal } from './refusal.ts'

/** An answer kept under its idempotency key, replayed as it was: also when it was a 500. */
export interface StoredAnswer {
  id: string
  requestId: string
  asked: string
  status: number
  body: string
  atMs: number
}

const KEPT_MS = 24 * 60 * 60 * 1000

const idempotencyError = (status: number, message: string, code?: string) =>
  new Refusal(status, message, { type: 'idempotency_error', ...(code ? { code } : {}) })

/** Keys in use right now; a second request with one of them conflicts. */
export type Busy = Set<string>

/** The stored answer to replay, or null when the request is to be done. Throws when the key was used for something else. */
export function replayOf(world: World, busy: Busy, key: string, asked: string): StoredAnswer | null {
  if (key.length > 255) throw idempotencyError(400, 'Idempotency keys may be at most 255 characters long.')
  if (busy.has(key))
    throw idempotencyError(
      409,
      `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
      'idempotency_key_in_use',
    )
  const stored = world.rows.answers.get(key)
  if (!stored) return null
  if (world.clock.now().getTime() - stored.atMs > KEPT_MS) {
    world.rows.answers.delete(key)
    return null
  }
  if (stored.asked !== asked)
    throw idempotencyError(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    )
  return stored
}

/** Answers old enough to be forgotten go at start, so that the state does not grow for ever. */
export function forgetOldAnswers(world: World) {
  const before = world.clock.now().getTime() - KEPT_MS
  for (const answer of world.rows.answers.values()) if (answer.atMs < before) world.rows.answers.delete(answer.id)
}
