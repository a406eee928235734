import type { IncomingMessage, ServerResponse } from 'node:http'
import { dateOff } from '../../kit/date-off.ts'
import { API_VERSION, type World } from '../world.ts'
import { readBody } from './body.ts'
import { expanded } from './expand.ts'
import { type Form, readForm } from './form.ts'
import { type Busy, replayOf } from './idempotency.ts'
import { newId } from './ids.ts'
import { invalid, Refusal, rateLimited, serverFault, unauthorized } from './refusal.ts'
import type { Route } from './route.ts'

interface Answer {
  status: number
  body: string
  headers: Record<string, string>
}

/** Answers `/v1/*` as the API does, faults included. */
export function createApi(world: World, routes: Route[]) {
  const busy: Busy = new Set()

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const what = `${request.method} ${url.pathname}`
    if (world.faults.take('stripe', 'down', what)) return void request.socket.destroy()
    if (world.faults.take('stripe', 'hang', what)) return
    const requestId = newId('req_', 14)
    const key = request.method === 'POST' ? (request.headers['idempotency-key'] as string | undefined) : undefined
    const text = await readBody(request)
    const held = key !== undefined && !busy.has(key)
    let answer: Answer
    try {
      checkAccess(world, request)
      const form = { ...readForm(url.search.slice(1)), ...readForm(text) }
      const asked = `${request.method} ${url.pathname} ${JSON.stringify(form)}`
      const stored = key === undefined ? null : replayOf(world, busy, key, asked)
      if (held) busy.add(key)
      await slowness(world, what)
      if (stored) {
        const headers = {
          'Idempotent-Replayed': 'true',
          'Original-Request': stored.requestId,
          ...(stored.status >= 500 ? { 'Stripe-Should-Retry': 'false' } : {}),
        }
        answer = { status: stored.status, body: stored.body, headers }
      } else answer = perform(world, routes, { request, url, form, key, requestId, asked })
    } catch (error) {
      answer = refused(error)
    } finally {
      if (held) busy.delete(key)
    }
    const lost = what === 'POST /v1/checkout/sessions' && answer.status === 200 && world.faults.take('stripe', 'session_lost', what)
    if (lost) return void request.socket.destroy()
    response.writeHead(answer.status, {
      'Content-Type': 'application/json',
      'Request-Id': requestId,
      'Stripe-Version': API_VERSION,
      'Cache-Control': 'no-cache, no-store',
      ...dateOff(world.faults.take('stripe', 'clock_off', what)),
      ...(key === undefined ? {} : { 'Idempotency-Key': key, 'Original-Request': requestId }),
      ...(answer.status === 409 ? { 'Stripe-Should-Retry': 'true' } : {}),
      ...answer.headers,
    })
    response.end(answer.body)
  }
}

function checkAccess(world: World, request: IncomingMessage) {
  const [scheme = '', given = ''] = (request.headers.authorization ?? '').split(' ')
  const key = scheme === 'Basic' ? Buffer.from(given, 'base64').toString().split(':')[0]! : given
  if (!key)
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  if (/^[sr]k_live_/.test(key))
    throw unauthorized('This is a sandbox: a live key must never be sent to it. Roll the key you have just used.')
  const refused = world.faults.take('stripe', 'key_refused', `${request.method} ${request.url}`) !== null
  if (refused || key !== world.settings.secretKey) throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`)
  const version = request.headers['stripe-version']
  if (version !== undefined && version !== API_VERSION)
    throw invalid(`Invalid Stripe API version: ${String(version)}. This sandbox speaks ${API_VERSION} only.`)
}

async function slowness(world: World, what: string) {
  const slow = world.faults.take('stripe', 'slow', what)
  const waitMs = world.settings.latencyMs + (slow ? (slow.ms ?? 3000) : 0)
  if (waitMs > 0) await new Promise<void>((resolve) => world.clock.after(waitMs, resolve))
}

interface Ask {
  request: IncomingMessage
  url: URL
  form: Form
  key: string | undefined
  requestId: string
  asked: string
}

function perform(world: World, routes: Route[], ask: Ask): Answer {
  const what = `${ask.request.method} ${ask.url.pathname}`
  if (world.faults.take('stripe', 'too_many_requests', what)) throw rateLimited()
  const failing = world.faults.take('stripe', 'error_before', what)
  if (failing) throw serverFault(failing.status)
  const route = routes.find((one) => one.method === ask.request.method && one.pattern.test(ask.url.pathname))
  if (!route)
    throw new Refusal(404, `Unrecognized request URL (${ask.request.method}: ${ask.url.pathname}). The sandbox has no such route.`, {
      type: 'invalid_request_error',
    })
  const ids = route.pattern.exec(ask.url.pathname)!.slice(1).map(decodeURIComponent)
  const { answer, keep } = execute(world, route, ask, ids)
  const broken = what === 'POST /v1/checkout/sessions' && answer.status === 200 ? world.faults.take('stripe', 'session_500', what) : null
  // "We do not want you to retry": the key would only replay the 500.
  const given = broken ? { ...refused(serverFault(500)), headers: { 'Stripe-Should-Retry': 'false' } } : answer
  if (ask.key !== undefined && keep)
    world.rows.answers.set(ask.key, {
      id: ask.key,
      requestId: ask.requestId,
      asked: ask.asked,
      status: given.status,
      body: given.body,
      atMs: world.clock.now().getTime(),
    })
  return given
}

/** A request refused for its parameters was never begun: its key stays free, as the API's documentation says. */
function execute(world: World, route: Route, ask: Ask, ids: string[]): { answer: Answer; keep: boolean } {
  world.cause = { id: ask.requestId, idempotency_key: ask.key ?? null }
  try {
    const paths = Array.isArray(ask.form['expand']) ? ask.form['expand'].map(String) : []
    const body = expanded(world, route.run(world, ask.form, ids), paths)
    return { answer: { status: 200, body: JSON.stringify(body, null, 2), headers: {} }, keep: true }
  } catch (error) {
    const answer = refused(error)
    const untried = error instanceof Refusal && (error.body.code?.startsWith('parameter_') ?? error.status === 400)
    return { answer, keep: !untried }
  } finally {
    world.cause = null
  }
}

function refused(error: unknown): Answer {
  if (!(error instanceof Refusal)) console.error('sandbox stripe:', error)
  const refusal = error instanceof Refusal ? error : serverFault(500)
  return { status: refusal.status, body: JSON.stringify(refusal, null, 2), headers: {} }
}
