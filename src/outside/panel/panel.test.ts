import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { asFailure } from '../../kit/failure.ts'
import { createPanel } from './index.ts'
import type { PanelCall, PanelCallRecord } from './types.ts'

type Answer = (request: IncomingMessage & { text: string }, response: ServerResponse) => void
const CALL: PanelCall = { share: 'staff' }
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that says exactly what the test tells it, and a panel adapter in front of it. */
async function facing(answer: Answer, timeoutMs = 5_000) {
  const records: PanelCallRecord[] = []
  const requests: (IncomingMessage & { text: string })[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const seen = Object.assign(request, { text })
    requests.push(seen)
    answer(seen, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hooks = { before: async () => undefined, after: async (record: PanelCallRecord) => void records.push(record) }
  return { panel: createPanel({ url: `${url}/`, appKey: 'ptla_test', clientKey: 'ptlc_test', timeoutMs, hooks }), records, requests }
}
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
const failing = (status: number, code: string, detail = '', headers = {}) =>
  json(status, { errors: [{ code, status: String(status), detail }] }, headers)
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('it should have failed'),
    (error) => asFailure(error),
  )
const user = (id: number, email: string, external_id: string | null = null) => ({
  object: 'user',
  attributes: {
    id,
    external_id,
    uuid: 'u',
    username: `u${id}`,
    email,
    first_name: 'A',
    last_name: 'B',
    language: 'en',
    root_admin: false,
    new_key: 1,
  },
})

test('a page of a proxy is no answer: what was asked may have happened', async () => {
  const { panel, records } = await facing((_, response) => {
    response.writeHead(502, { 'content-type': 'text/html' })
    response.end('<html>Bad gateway</html>')
  })
  const failure = await failureOf(panel.suspendServer(CALL, 1))
  expect(failure).toMatchObject({ code: 'panel.unreachable', kind: 'unavailable' })
  expect(failure.facts).toMatchObject({ answered: false, status: 502, panelCode: null, trouble: 'HTML' })
  expect(records).toMatchObject([{ method: 'POST', path: '/api/application/servers/1/suspend', status: 502, panelCode: null }])
})

test('a redirect to the login page is not followed, and is no answer', async () => {
  const { panel, requests } = await facing((_, response) => {
    response.writeHead(302, { location: '/auth/login' })
    response.end()
  })
  const failure = await failureOf(panel.userById(CALL, 1))
  expect(failure.facts).toMatchObject({ answered: false, status: 302, trouble: 'a redirect' })
  expect(requests).toHaveLength(1)
})

test('a reset and a time-out are no answers', async () => {
  const reset = await facing((request) => request.socket.destroy())
  expect((await failureOf(reset.panel.nodes(CALL))).facts).toMatchObject({ answered: false, status: null })
  expect(reset.records).toMatchObject([{ status: null, panelCode: null }])
  const hanging = await facing(() => undefined, 50)
  expect((await failureOf(hanging.panel.nodes(CALL))).facts).toMatchObject({ answered: false, status: null, trouble: 'timed out' })
})

test('JSON of a proxy, and a 201 that cannot be read, are no answers either', async () => {
  const proxy = await facing(json(404, { message: 'no such host' }))
  expect((await failureOf(proxy.panel.userByExternalId(CALL, 'x'))).facts).toMatchObject({ answered: false, status: 404 })
  const strange = await facing(json(201, { ok: true }))
  const ask = { externalId: 'x', username: 'x', email: 'x@example.com', firstName: 'X', lastName: 'Y' }
  expect((await failureOf(strange.panel.createUser(CALL, ask))).facts).toMatchObject({ answered: false, status: 201 })
})

test('absent is only what the panel itself calls so', async () => {
  const gone = await facing(failing(404, 'NotFoundHttpException', 'The requested resource could not be found on the server.'))
  expect(await gone.panel.serverByExternalId(CALL, 'x')).toBeNull()
  const daemon = await facing(failing(404, 'DaemonConnectionException', 'The daemon lost it.'))
  const lost = await failureOf(daemon.panel.serverByExternalId(CALL, 'x'))
  expect(lost).toMatchObject({ code: 'panel.daemon_failed', kind: 'unavailable', facts: { answered: true, status: 404 } })
  const moved = await facing(failing(404, 'NotFoundHttpException', 'The route api/application/servers could not be found.'))
  expect(await failureOf(moved.panel.serverByExternalId(CALL, 'x'))).toMatchObject({ code: 'panel.wrong_address', kind: 'invalid' })
})

test.each([
  [401, 'AuthenticationException', 'panel.key_refused', 'denied'],
  [403, 'AccessDeniedHttpException', 'panel.key_refused', 'denied'],
  [401, 'DaemonConnectionException', 'panel.daemon_failed', 'unavailable'],
  [500, 'QueryException', 'panel.lost_race', 'unavailable'],
  [500, 'DataValidationException', 'panel.lost_race', 'unavailable'],
  [400, 'NoViableNodeException', 'panel.display_refused', 'invalid'],
  [409, 'ServerStateConflictException', 'panel.busy', 'unavailable'],
  [500, 'ErrorException', 'panel.error', 'unavailable'],
] as const)('%i %s is %s', async (status, panelCode, code, kind) => {
  const { panel, records } = await facing(failing(status, panelCode, 'Because.'))
  const failure = await failureOf(panel.deleteServer(CALL, 7))
  expect(failure).toMatchObject({ code, kind, facts: { answered: true, status, panelCode } })
  expect(failure.next).not.toBe('')
  expect(records).toMatchObject([{ panelCode }])
})

test('429 says when to come back', async () => {
  const limits = { 'retry-after': '55', 'x-ratelimit-limit': '240', 'x-ratelimit-remaining': '0' }
  const { panel, records } = await facing(failing(429, 'ThrottleRequestsException', 'Too Many Attempts.', limits))
  expect(await failureOf(panel.nodes(CALL))).toMatchObject({ code: 'panel.throttled', retryAfterMs: 55_000 })
  expect(records).toMatchObject([{ rateLimit: { limit: 240, remaining: 0 }, retryAfterMs: 55_000 }])
})

test('a refused body names every field', async () => {
  const error = (field: string, rule: string) => ({
    code: 'ValidationException',
    status: '422',
    detail: `${field} is wrong.`,
    meta: { source_field: field, rule },
  })
  const { panel } = await facing(json(422, { errors: [error('environment.A', 'required'), error('user', 'exists')] }))
  const failure = await failureOf(panel.deleteServer(CALL, 7))
  expect(failure).toMatchObject({ code: 'panel.refused', kind: 'invalid', field: 'environment.A' })
  expect(failure.facts['refused']).toEqual({
    'environment.A': { rule: 'required', detail: 'environment.A is wrong.' },
    user: { rule: 'exists', detail: 'user is wrong.' },
  })
})

test('anna does not get joanna: look-alikes of a filter are left out', async () => {
  const found = [user(1, 'joanna@example.com'), user(2, 'Anna@example.com')]
  const { panel, requests } = await facing(json(200, { data: found, meta: { pagination: { current_page: 1, total_pages: 1 } } }))
  expect((await panel.usersByEmail(CALL, 'anna@example.com')).map((one) => one.id)).toEqual([2])
  expect(requests[0]?.headers.accept).toBe('application/json')
  expect(requests[0]?.headers.authorization).toBe('Bearer ptla_test')
})

test('an external id that only looks the same to the panel is not ours', async () => {
  const { panel } = await facing(json(200, user(1, 'a@example.com', 'CUST_1')))
  expect(await panel.userByExternalId(CALL, 'cust_1')).toBeNull()
})

test('pages are asked for by their own numbers until the last', async () => {
  const { panel, requests } = await facing((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'))
    const row = { attributes: { id: page, short: `l${page}`, long: null } }
    json(200, {
      data: page > 3 ? [] : [row],
      meta: { pagination: { current_page: page, total_pages: 3, links: { next: 'http://elsewhere/?page=9' } } },
    })(request, response)
  })
  expect((await panel.locations(CALL)).map((one) => one.id)).toEqual([1, 2, 3])
  expect(requests.map((request) => request.url)).toEqual(
    [1, 2, 3].map((page) => `/api/application/locations?sort=id&per_page=500&page=${page}`),
  )
})

test('called off before it was sent: nothing goes out, and the failure claims no answer', async () => {
  const { panel, requests } = await facing(json(200, {}))
  const failure = await failureOf(panel.deleteServer({ share: 'create', signal: AbortSignal.abort() }, 1))
  expect(failure.code).toBe('panel.not_sent')
  expect(failure.facts).not.toHaveProperty('answered')
  expect(requests).toHaveLength(0)
})

test('more than 100 external ids, or one with a wildcard, are a fault of ours', async () => {
  const { panel, requests } = await facing(json(200, {}))
  await expect(
    panel.serversByExternalIds(
      CALL,
      Array.from({ length: 101 }, (_, i) => `00000000-${i}`),
    ),
  ).rejects.toThrow(TypeError)
  await expect(panel.serversByExternalIds(CALL, ['with_wild%card'])).rejects.toThrow(TypeError)
  expect(requests).toHaveLength(0)
})
