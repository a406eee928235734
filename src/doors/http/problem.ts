import { databaseDown } from '../../db/index.ts'
import { asFailure, Failure } from '../../kit/failure.ts'
import type { Ctx } from '../../kit/routes.ts'
import { tell } from '../../kit/working.ts'

const TITLES: Record<Failure['kind'], string> = {
  invalid: 'Not accepted',
  denied: 'Not allowed',
  missing: 'Not found',
  conflict: 'Does not fit',
  full: 'Sold out',
  unavailable: 'Not available right now',
  bug: 'Our mistake',
}

/** Any thrown thing as RFC 9457 problem+json. Of a bug only the request id is told; its text goes to the log. */
export function answerProblem(c: Ctx, thrown: unknown): Response {
  const failure = fromFramework(thrown) ?? databaseDown(thrown) ?? asFailure(thrown)
  const facts = { code: failure.code, kind: failure.kind, facts: failure.facts }
  if (failure.kind === 'bug') c.var.log.error({ err: thrown, ...facts }, 'a request failed by our mistake')
  else if (failure.kind === 'unavailable') c.var.log.warn({ err: thrown, ...facts }, 'a request could not be served')
  // Refused: that is in the request's own line.
  tell(facts)
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (failure.kind === 'unavailable') headers['retry-after'] = String(Math.max(1, Math.ceil((failure.retryAfterMs ?? 5_000) / 1_000)))
  if (failure.status === 401) headers['www-authenticate'] = 'Bearer'
  const body = {
    type: failure.code,
    title: TITLES[failure.kind],
    status: failure.status,
    detail: failure.say,
    next: failure.next,
    requestId: c.var.requestId,
    ...(failure.fields ? { fields: failure.fields } : {}),
  }
  return new Response(JSON.stringify(body), { status: failure.status, headers })
}

/** The HTTP library's own refusals (broken JSON, a body too large). */
function fromFramework(thrown: unknown): Failure | null {
  const status = thrown instanceof Error && 'status' in thrown && !(thrown instanceof Failure) ? Number(thrown.status) : 0
  if (status === 413)
    return new Failure({ code: 'request.too_large', kind: 'invalid', status, say: 'The body is too large.', next: 'Send less.' })
  if (status >= 400 && status < 500)
    return new Failure({
      code: 'request.malformed',
      kind: 'invalid',
      status,
      say: 'The request cannot be read: its body is not valid JSON.',
      next: 'Send a JSON body with content-type application/json.',
    })
  return null
}

export const notFound = (path: string): Failure =>
  new Failure({
    code: 'request.no_such_route',
    kind: 'missing',
    say: `There is nothing at ${path}.`,
    next: 'See /api/openapi.json for what there is.',
  })
