import { Failure } from '../kit/failure.ts'
import { MINUTE } from '../kit/time.ts'

export const userMissing = () =>
  new Failure({ code: 'accounts.no_such_user', kind: 'missing', say: 'There is no such customer.', next: 'Check the user id.' })

export const noSuchKey = () =>
  new Failure({ code: 'accounts.no_such_key', kind: 'missing', say: 'There is no such API key.', next: 'See the list of keys.' })

/** Else a key that leaked would outlive its own end. */
export const keysMakeNoAccess = () =>
  new Failure({
    code: 'accounts.keys_make_no_access',
    kind: 'denied',
    say: 'An API key makes no keys and gives no roles.',
    next: 'Sign in as an administrator, or use the command line on the host.',
  })

/** Told to whoever holds the whole key, so it gives nothing away. */
export const keyIsOver = (state: 'expired' | 'revoked') =>
  new Failure({
    code: `accounts.key_${state}`,
    kind: 'denied',
    status: 401,
    say: state === 'expired' ? 'This API key has expired.' : 'This API key was revoked.',
    next: 'Ask an administrator for a new one.',
  })

export const lastAdmin = () =>
  new Failure({
    code: 'accounts.last_admin',
    kind: 'conflict',
    say: 'This is the last administrator.',
    next: 'Give somebody else the role admin first.',
  })

export const noSuchSession = () =>
  new Failure({
    code: 'accounts.no_such_session',
    kind: 'missing',
    say: 'There is no such session, or it is over.',
    next: 'Load the list again.',
  })

export const notYourOwn = () =>
  new Failure({
    code: 'accounts.not_your_own',
    kind: 'denied',
    say: 'Nobody resets their own second factor.',
    next: 'Ask another administrator, or use `bin/givrwrld staff reset-second-factor` on the host.',
  })

export const SECOND_FACTOR_NEEDED = 'accounts.second_factor_needed'
export const secondFactorNeeded = (enrolled: boolean) =>
  new Failure({
    code: SECOND_FACTOR_NEEDED,
    kind: 'denied',
    say: enrolled ? 'This session has not proved the second factor.' : 'Staff work with a second factor, and this account has none yet.',
    next: enrolled
      ? 'Sign out, and sign in again with a code of your authenticator app.'
      : 'Open /ops in a browser and set it up; it takes a minute.',
  })

export const noSuchAuthRoute = () =>
  new Failure({
    code: 'request.no_such_route',
    kind: 'missing',
    say: 'There is nothing at this address.',
    next: 'See /api/openapi.json for what there is.',
  })

export const leadsAway = () =>
  authRefused({ status: 403, code: 'INVALID_CALLBACK_URL', message: 'This would lead away from the shop.', retryAfterMs: null })

export const noEmailAddress = (text: string) =>
  new Failure({
    code: 'accounts.invalid_email',
    kind: 'invalid',
    field: 'email',
    say: `“${text}” is no e-mail address.`,
    next: 'Give the whole address.',
  })

/** better-auth's codes, said as we speak; what is not here keeps its own text. */
const WORDS: Record<string, [say: string, next: string]> = {
  INVALID_EMAIL_OR_PASSWORD: ['E-mail or password is not right.', 'Check both, or set a new password.'],
  INVALID_EMAIL: ['This is no e-mail address.', 'Check it and try again.'],
  INVALID_TOKEN: ['This link is used up or too old.', 'Ask for a new one.'],
  TOKEN_EXPIRED: ['This link is too old.', 'Ask for a new one.'],
  PASSWORD_TOO_SHORT: ['The password is too short.', 'Use at least 8 characters.'],
  PASSWORD_TOO_LONG: ['The password is too long.', 'Use at most 128 characters.'],
  EMAIL_ALREADY_VERIFIED: ['This address is confirmed already.', 'Go on with your order.'],
  INVALID_ORIGIN: ['This came from a page that is not ours.', 'Open the shop itself and try again.'],
  INVALID_PASSWORD: ['The password is not right.', 'Check it and try again.'],
  INVALID_CODE: ['This code is not right, or no longer.', 'Enter the code that the app shows now; check the clock of the device.'],
  INVALID_BACKUP_CODE: [
    'This is none of your backup codes, or it is used up.',
    'Try another one, or ask an administrator to reset the second factor.',
  ],
  INVALID_TWO_FACTOR_COOKIE: ['This sign-in took too long.', 'Enter e-mail and password again.'],
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: ['Too many wrong codes.', 'Enter e-mail and password again.'],
  ACCOUNT_TEMPORARILY_LOCKED: ['Too many wrong codes.', 'Wait a quarter of an hour, or ask an administrator to reset the second factor.'],
  TOTP_ALREADY_ENABLED: ['This account has a second factor already.', 'To change it, ask an administrator to reset it.'],
  TOTP_NOT_ENABLED: ['This account has no second factor yet.', 'Begin to set it up again.'],
  INVALID_CALLBACK_URL: ['This would lead away from the shop.', 'Start again from the shop.'],
  INVALID_REDIRECT_URL: ['This would lead away from the shop.', 'Start again from the shop.'],
  FAILED_TO_CREATE_USER: ['The same sign-up arrived twice at one moment.', 'Look into your mail; if nothing came, sign up again.'],
  TOO_MANY_REQUESTS: ['Too many tries in a short time.', 'Wait a minute, then try again.'],
}

/** A refusal by better-auth as one of ours. @param code its own: INVALID_EMAIL_OR_PASSWORD */
export function authRefused(refusal: { status: number; code: string; message: string; retryAfterMs: number | null }): Failure {
  const { status, code, message, retryAfterMs } = refusal
  if (status >= 500) return authUnavailable(`${code}: ${message}`)
  const [say, next] = WORDS[code] ?? [message, 'Check what you sent and try again.']
  return new Failure({
    code: `accounts.${code.toLowerCase()}`,
    kind: status === 429 ? 'unavailable' : status === 401 || status === 403 ? 'denied' : 'invalid',
    status,
    say,
    next,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  })
}

/** Sessions and passwords stand in our database, and nothing else can fail here but our own mistakes, which are in the log. */
export const authUnavailable = (cause: unknown) =>
  new Failure({
    code: 'accounts.unavailable',
    kind: 'unavailable',
    say: 'Who you are cannot be checked at this moment.',
    next: 'Try again in a minute.',
    facts: { error: cause instanceof Error ? cause.message : String(cause) },
    cause,
    retryAfterMs: 5_000,
  })

/** The same whether the account exists. */
export const tooManyFailures = (retryAfterMs: number) =>
  new Failure({
    code: 'accounts.too_many_failures',
    kind: 'unavailable',
    status: 429,
    say: 'Too many wrong passwords for this e-mail.',
    next: `Wait ${Math.max(1, Math.ceil(retryAfterMs / MINUTE))} minutes, or set a new password by mail: that opens it at once.`,
    retryAfterMs,
  })

/** @param why plain words: why the panel's account is not taken */
export const panelIdentityConflict = (user: { id: string; email: string }, why: string) =>
  new Failure({
    code: 'accounts.panel_identity_conflict',
    kind: 'conflict',
    say: `The game panel has an account with your e-mail address that we may not use for you: ${why}.`,
    next: 'Our staff has been told and will connect or separate the two accounts; your order goes on by itself then.',
    facts: { userId: user.id, why },
  })

export const panelBusy = (retryAfterMs: number) =>
  new Failure({
    code: 'accounts.panel_user_waits',
    kind: 'unavailable',
    say: 'Other accounts are being made on the game panel; this one waits its turn.',
    next: 'It goes on by itself.',
    retryAfterMs,
  })

export const panelUserUnknown = (retryAfterMs: number, cause?: unknown) =>
  new Failure({
    code: 'accounts.panel_user_unknown',
    kind: 'unavailable',
    say: 'The game panel did not say whether it made the account.',
    next: 'It is looked up and, if it is not there, made again by itself.',
    retryAfterMs,
    cause,
  })

export const panelKeepsFailing = (cause: unknown) =>
  new Failure({
    code: 'accounts.panel_user_failed',
    kind: 'unavailable',
    say: 'The game panel failed several times to make the account.',
    next: 'It is tried again by itself.',
    retryAfterMs: 10_000,
    cause,
  })

export const resetNotAllowed = () =>
  new Failure({
    code: 'accounts.reset_not_allowed',
    kind: 'denied',
    say: 'A panel password is reset by our staff only.',
    next: 'Use “Forgot password” on the game panel, or ask support.',
  })

export const panelAdministrator = () =>
  new Failure({
    code: 'accounts.panel_administrator',
    kind: 'denied',
    say: 'This account is an administrator of the game panel: nobody resets its password from here.',
    next: 'Use the panel itself.',
  })

export const panelUserNotOurs = () =>
  new Failure({
    code: 'accounts.panel_user_not_ours',
    kind: 'conflict',
    say: 'The panel’s account has another external id than this customer’s.',
    next: 'Compare the two on the panel (Admin → Users) and set the External ID right.',
  })
