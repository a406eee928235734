import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel()
  const jane = { email: 'jane@example.com', username: 'jane', first_name: 'Jane', last_name: 'Doe', password: 's3cret' }
  await tried.call('POST', '/api/application/users', jane)
  await tried.createServer(1, { user: 4, name: '<b>mine</b>', external_id: 'svc_1' })
  await tried.call('POST', '/api/application/servers/1/suspend')
})
afterEach(() => tried.close())

const login = async (user: string, password: string) =>
  (await fetch(`${tried.panel.url}/auth/login`, { method: 'POST', body: new URLSearchParams({ user, password }) })).text()

test('a customer logs in and finds the server, suspended', async () => {
  const page = await login('Jane@Example.com', 's3cret')
  expect(page).toContain('&#60;b&#62;mine')
  expect(page).toContain('Suspended')
  expect(page).toContain('10.0.0.1:25565')
  expect(await login('jane', 'wrong')).toContain('No account matching')
})

test('the root leads to the login', async () => {
  const response = await fetch(`${tried.panel.url}/`, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, `${tried.panel.url}/auth/login`])
})

test('the operator sees what there is and who called', async () => {
  const page = await (await fetch(`${tried.panel.url}/sandbox`)).text()
  for (const text of ['node-1', 'jane@example.com', 'svc_1', 'POST /api/application/servers/1/suspend', '1 / 300'])
    expect(page).toContain(text)
  const state = (await (await fetch(`${tried.panel.url}/sandbox/state.json`)).json()) as { servers: unknown[]; users: unknown[] }
  expect(state.servers).toMatchObject([
    { id: 1, external_id: 'svc_1', status: 'suspended', owner: 4, egg: 5, allocations: [{ id: 1, ip: '10.0.0.1', port: 25_565 }] },
  ])
  expect(JSON.stringify(state.users)).not.toContain('"password"')
  const calls = (await (await fetch(`${tried.panel.url}/sandbox/calls.json`)).json()) as { total: number; calls: unknown }
  expect(calls).toMatchObject({ total: 3, calls: { 'POST api/application/servers': 1 } })
})
