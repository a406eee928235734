import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { client, type Tried, tryPanel } from './fixture.ts'
import { APPLICATION_KEY, CLIENT_KEY, loadPanelSeed } from './seed.ts'

let tried: Tried
beforeEach(async () => {
  const seed = loadPanelSeed(new URL('../seeds/contract.json', import.meta.url))
  tried = await tryPanel({
    rateLimit: 5,
    seed: {
      ...seed,
      keys: [
        { token: APPLICATION_KEY, type: 'application', user: 1, allowed_ips: [] },
        { token: CLIENT_KEY, type: 'client', user: 1, allowed_ips: [] },
        { token: 'read', type: 'application', user: 2, permissions: { servers: 1, users: 1 }, allowed_ips: [] },
        { token: 'write', type: 'application', user: 2, permissions: { users: 2 }, allowed_ips: [] },
        { token: 'customer', type: 'client', user: 3, allowed_ips: [] },
        { token: 'demoted', type: 'application', user: 3, allowed_ips: [] },
        { token: 'elsewhere', type: 'application', user: 1, allowed_ips: ['10.1.1.1'] },
      ],
    },
  })
})
afterEach(() => tried.close())

const USERS = '/api/application/users'

describe('permissions', () => {
  test('are bits for each resource, looked at after the row is found', async () => {
    const as = async (key: string, method: string, path: string) => {
      const { status, errors } = await tried.call(method, path, method === 'POST' ? {} : undefined, { key })
      return [status, ...errors].slice(0, 2).join(' ')
    }
    expect(await as('read', 'GET', USERS)).toBe('200')
    expect(await as('read', 'POST', USERS)).toBe('403 AccessDeniedHttpException')
    expect(await as('write', 'GET', USERS)).toBe('403 AccessDeniedHttpException')
    expect(await as('read', 'DELETE', '/api/application/servers/9')).toBe('404 NotFoundHttpException')
    expect(await as('read', 'GET', '/api/application/nodes')).toBe('403 AccessDeniedHttpException')
  })

  test('the owner must be an administrator, and call from where the key may be used', async () => {
    expect((await tried.call('GET', USERS, undefined, { key: 'demoted' })).text).toContain('This account does not have permission')
    expect((await tried.call('GET', USERS, undefined, { key: 'elsewhere' })).text).toContain('This IP address (127.0.0.1)')
    expect((await tried.call('GET', '/api/client', undefined, { key: APPLICATION_KEY })).status).toBe(403)
  })
})

describe('rate limit', () => {
  test('is one bucket for all keys of a user; failures count, strangers and unknown routes do not', async () => {
    await tried.call('GET', `${USERS}/999`)
    await tried.call('POST', USERS, {})
    await tried.call('GET', '/api/application/nope')
    await tried.call('GET', USERS, undefined, { key: 'nobody' })
    expect((await tried.call('GET', USERS, undefined, client)).headers.get('x-ratelimit-remaining')).toBe('2')
    await tried.call('GET', USERS)
    await tried.call('GET', USERS)
    const over = await tried.call('POST', USERS, {})
    expect([over.status, over.errors, over.headers.get('retry-after')]).toEqual([429, ['ThrottleRequestsException'], '60'])
    await tried.clock.advance(61_000)
    expect((await tried.call('GET', USERS)).headers.get('x-ratelimit-remaining')).toBe('4')
  })
})

describe('without an Accept for JSON', () => {
  const any = { headers: { accept: '*/*' } }
  test('success is JSON all the same, errors are redirects or pages', async () => {
    expect((await tried.call('GET', USERS, undefined, any)).body['object']).toBe('list')
    const invalid = await tried.call('POST', USERS, {}, any)
    expect([invalid.status, invalid.headers.get('location')]).toEqual([302, tried.panel.url])
    const keyless = await tried.call('GET', USERS, undefined, { ...any, key: null })
    expect([keyless.status, keyless.headers.get('location')]).toEqual([302, `${tried.panel.url}/auth/login`])
    const crash = await tried.call('GET', `${USERS}?per_page=abc`, undefined, any)
    expect([crash.status, crash.text.includes('<title>Server Error</title>')]).toEqual([500, true])
    expect((await tried.call('GET', `${USERS}/999`, undefined, any)).text).toContain('<title>Not Found</title>')
  })
})

describe('a suspended server in the client API', () => {
  test('can be looked at and nothing else, and a stranger does not find it', async () => {
    const made = await tried.createServer(1, { user: 1 })
    const address = `/api/client/servers/${made.body['attributes']?.['identifier']}`
    await tried.clock.advance(9000)
    await tried.call('POST', '/api/application/servers/1/suspend')
    expect((await tried.call('GET', address, undefined, client)).body['attributes']).toMatchObject({ is_suspended: true })
    const resources = await tried.call('GET', `${address}/resources`, undefined, client)
    expect([resources.status, resources.text.includes('currently suspended')]).toEqual([409, true])
    expect((await tried.call('POST', `${address}/power`, { signal: 'start' }, client)).errors).toEqual(['ServerStateConflictException'])
    expect((await tried.call('GET', address, undefined, { key: 'customer' })).status).toBe(404)
  })
})
