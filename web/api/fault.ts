import { Problem } from '../../src/kit/contract.ts'

/** Whatever went wrong on a call, in the words a reader needs: what happened and what to do now. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly status: number
  /** Our problem's `type` (`fleet.no_capacity`) or the sign-in library's code (`INVALID_TOKEN`). */
  readonly code: string
  readonly next: string
  readonly fields: Record<string, string>
  readonly requestId: string | null

  constructor(facts: { status: number; code: string; detail: string; next: string; fields?: Record<string, string>; requestId?: string }) {
    super(facts.detail)
    this.status = facts.status
    this.code = facts.code
    this.next = facts.next
    this.fields = facts.fields ?? {}
    this.requestId = facts.requestId ?? null
  }
}

const LATER = 'Try again in a moment.'

/** The sign-in library's codes, said as we speak. What is not here keeps the library's own message. */
const SIGN_IN_WORDS: Record<string, [detail: string, next: string]> = {
  INVALID_EMAIL_OR_PASSWORD: ['E-mail or password is not right.', 'Check both, or set a new password.'],
  USER_ALREADY_EXISTS: ['There is an account with this e-mail already.', 'Sign in instead, or set a new password.'],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ['There is an account with this e-mail already.', 'Sign in instead, or set a new password.'],
  INVALID_TOKEN: ['This link is used up or too old.', 'Ask for a new one.'],
  PASSWORD_TOO_SHORT: ['The password is too short.', 'Use at least 8 characters.'],
  PASSWORD_TOO_LONG: ['The password is too long.', 'Use at most 128 characters.'],
}

const BY_STATUS: Record<number, [detail: string, next: string]> = {
  401: ['You are not signed in.', 'Sign in and try again.'],
  403: ['Your account may not do this.', 'Sign in with another account, or ask support.'],
  404: ['This does not exist, or is not yours to see.', 'Check the address.'],
  429: ['Too many tries in a short time.', 'Wait a minute, then try again.'],
}

/** An answer that was not 2xx, as one Fault: problem+json, the sign-in library's `{code, message}`, or nothing readable. */
export function faultOf(status: number, body: unknown): Fault {
  const problem = Problem.safeParse(body)
  if (problem.success) return new Fault({ ...problem.data, code: problem.data.type })
  const told = body as { code?: unknown; message?: unknown } | null
  const code = typeof told?.code === 'string' ? told.code : `http.${status}`
  const words = SIGN_IN_WORDS[code] ?? (typeof told?.message === 'string' && status < 500 ? [told.message, LATER] : BY_STATUS[status])
  const [detail, next] = words ?? ['The shop did not answer as it should.', LATER]
  return new Fault({ status, code, detail, next })
}

export const unreachable = () =>
  new Fault({
    status: 0,
    code: 'network',
    detail: 'The shop could not be reached.',
    next: 'Check your connection; we try again by ourselves.',
  })

export const unreadable = () =>
  new Fault({
    status: 0,
    code: 'unreadable',
    detail: 'The answer could not be read by this page.',
    next: 'Reload the page: it may be older than the shop.',
  })

/** Any thrown thing as a Fault, so that a page has one shape to show. */
export const asFault = (thrown: unknown): Fault =>
  thrown instanceof Fault
    ? thrown
    : new Fault({
        status: 0,
        code: 'page',
        detail: 'This page ran into a fault of its own.',
        next: 'Reload the page. If it stays, tell support.',
      })
