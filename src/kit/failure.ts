/** What kind of failure: the kind alone decides HTTP status, what the loop does, and whether somebody is woken. */
export type Kind = 'invalid' | 'denied' | 'missing' | 'conflict' | 'full' | 'unavailable' | 'bug'

export interface FailureParts {
  /** Stable name, `room.what_is_wrong`. */
  code: string
  kind: Kind
  /** For the customer: what happened, in plain words. */
  say: string
  /** What to do now, or what the system does by itself. */
  next: string
  /** The refused field, where there is one. */
  field?: string | null
  /** Field faults of a refused body. */
  fields?: Record<string, string>
  /** For the log and the operator only; never a secret. */
  facts?: Record<string, unknown>
  /** HTTP status where the kind's own is not exact (401 instead of 403, say). */
  status?: number
  /** When to try again, where it is known. */
  retryAfterMs?: number
  cause?: unknown
}

/** The one error class that we throw. Anything else that is thrown is a bug. */
export class Failure extends Error {
  readonly code: string
  readonly kind: Kind
  readonly say: string
  readonly next: string
  readonly field: string | null
  readonly fields: Record<string, string> | undefined
  readonly facts: Record<string, unknown>
  readonly status: number
  readonly retryAfterMs: number | null

  constructor(parts: FailureParts) {
    super(`${parts.code}: ${parts.say}`, { cause: parts.cause })
    this.name = 'Failure'
    this.code = parts.code
    this.kind = parts.kind
    this.say = parts.say
    this.next = parts.next
    this.field = parts.field ?? null
    this.fields = parts.fields
    this.facts = parts.facts ?? {}
    this.status = parts.status ?? HTTP_STATUS[parts.kind]
    this.retryAfterMs = parts.retryAfterMs ?? null
  }
}

export const HTTP_STATUS: Record<Kind, number> = {
  invalid: 400,
  denied: 403,
  missing: 404,
  conflict: 409,
  full: 409,
  unavailable: 503,
  bug: 500,
}

/** Any thrown thing as a Failure: our own as it is, the rest as a bug whose text stays in the log. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  return new Failure({
    code: 'bug.unexpected',
    kind: 'bug',
    say: 'Something went wrong on our side.',
    next: 'Try again; if it happens again, tell support the request id.',
    facts: { error: thrown instanceof Error ? thrown.message : String(thrown) },
    cause: thrown,
  })
}

/** A Failure as plain JSON for a column; `at` is an ISO instant. */
export interface StoredFailure {
  code: string
  kind: Kind
  cause: string
  next: string
  field: string | null
  at: string
}

export const storeFailure = (failure: Failure, at: Date): StoredFailure => ({
  code: failure.code,
  kind: failure.kind,
  cause: failure.say,
  next: failure.next,
  field: failure.field,
  at: at.toISOString(),
})
