import { Failure } from '../kit/failure.ts'

export const userMissing = () =>
  new Failure({ code: 'accounts.no_such_user', kind: 'missing', say: 'There is no such customer.', next: 'Check the user id.' })

export const noSuchAuthRoute = () =>
  new Failure({
    code: 'request.no_such_route',
    kind: 'missing',
    say: 'There is nothing at this address.',
    next: 'See /api/openapi.json for what there is.',
  })

/** A refusal by better-auth, in our words' shape. `code` is its own: INVALID_EMAIL_OR_PASSWORD. */
export const authRefused = (status: number, code: string, message: string, retryAfterMs: number | null) =>
  new Failure({
    code: `accounts.${code.toLowerCase()}`,
    kind: status === 429 ? 'unavailable' : status >= 500 ? 'bug' : status === 401 || status === 403 ? 'denied' : 'invalid',
    status,
    say: status >= 500 ? 'Something went wrong on our side.' : message,
    next: status === 429 ? 'Wait a moment, then try again.' : 'Check what you typed and try again.',
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
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
