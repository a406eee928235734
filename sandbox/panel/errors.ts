import type { Fault } from './laravel/validator.ts'

/**
 * An answer that is no success. `code` is the name of the panel's exception, which is all a client can go by.
 * `back` marks those that send a browser back with a redirect instead of showing a page.
 */
export class PanelError extends Error {
  readonly code: string
  readonly status: number
  readonly faults: Fault[]
  readonly headers: Record<string, string>
  readonly redirect: 'login' | 'back' | null

  constructor(
    code: string,
    status: number,
    detail: string,
    more: { faults?: Fault[]; headers?: Record<string, string>; redirect?: 'login' | 'back' } = {},
  ) {
    super(detail)
    this.code = code
    this.status = status
    this.faults = more.faults ?? []
    this.headers = more.headers ?? {}
    this.redirect = more.redirect ?? null
  }

  body(): unknown {
    const one = { code: this.code, status: String(this.status), detail: this.message }
    if (this.faults.length === 0) return { errors: [one] }
    return { errors: this.faults.map(({ field, rule, detail }) => ({ ...one, detail, meta: { source_field: field, rule } })) }
  }
}

const UNEXPECTED = 'An unexpected error was encountered while processing this request, please try again.'

export const unauthenticated = () => new PanelError('AuthenticationException', 401, 'Unauthenticated.', { redirect: 'login' })
export const denied = (detail = 'This action is unauthorized.') => new PanelError('AccessDeniedHttpException', 403, detail)
export const notFound = (detail = 'The requested resource could not be found on the server.') =>
  new PanelError('NotFoundHttpException', 404, detail)
export const noRoute = (path: string) => notFound(`The route ${path} could not be found.`)
export const wrongMethod = (method: string, path: string, allowed: string[]) =>
  new PanelError(
    'MethodNotAllowedHttpException',
    405,
    `The ${method} method is not supported for route ${path}. Supported methods: ${allowed.join(', ')}.`,
    { headers: { allow: allowed.join(', ') } },
  )
export const invalid = (faults: Fault[]) =>
  new PanelError('ValidationException', 422, 'The given data was invalid.', { faults, redirect: 'back' })
/** A refusal in words: 400 with a code of its own. */
export const refused = (detail: string, code = 'DisplayException') => new PanelError(code, 400, detail, { redirect: 'back' })
export const badRequest = (code: string, detail: string) => new PanelError(code, 400, detail)
/** A fault of the panel itself, or a lost race: 500, and nothing was saved. */
export const crashed = (code: string) => new PanelError(code, 500, UNEXPECTED)
export const integrity = (field: string, message: string) =>
  new PanelError(
    'DataValidationException',
    500,
    `Data integrity exception encountered while performing database write operation. ${JSON.stringify({ [field]: [message] })}`,
  )
export const throttled = (headers: Record<string, string>) =>
  new PanelError('ThrottleRequestsException', 429, 'Too Many Attempts.', { headers })

export const must = <T>(row: T | undefined | null): T => {
  if (row === undefined || row === null) throw notFound()
  return row
}
