import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Shopper } from '../src/doors/cli/demo/shopper.ts'
import { SERVICE_KEY, type Stack, startStack } from './kit/stack.ts'

/** The runbook's functions, called as its authors call them: with supabase-js, unchanged. */
let stack: Stack
let orderId = ''
let userId = ''
let token = ''

beforeAll(async () => {
  stack = await startStack()
  await stack.startProduct()
  const shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, 'ada@example.com')
  await shopper.signUp()
  await shopper.verify()
  const { id, url } = await shopper.checkOut('minecraft-paper-2gb', 'eu.fra')
  await shopper.pay(url)
  expect((await shopper.waitFor(id, 60_000)).status).toBe('provisioned')
  orderId = id
  userId = (await stack.db.pool.query(`select id from auth."user" where email = 'ada@example.com'`)).rows[0].id
  const signIn = await fetch(`${stack.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stack.url },
    body: JSON.stringify({ email: 'ada@example.com', password: 'demo-ada@example.com' }),
  })
  token = ((await signIn.json()) as { token: string }).token
}, 120_000)
afterAll(() => stack?.close())

const withKey = (key: string) => createClient(stack.url, key, { auth: { persistSession: false, autoRefreshToken: false } })
const asCustomer = () =>
  createClient(stack.url, 'anon', {
    global: { headers: { Authorization: `Bearer ${token}` } },
    auth: { persistSession: false, autoRefreshToken: false },
  })
const statusOf = (error: unknown): number => (error as { context: Response }).context.status

test('servers-provision with the service key answers the server, again and again', async () => {
  const ask = () => withKey(SERVICE_KEY).functions.invoke('servers-provision', { body: { order_id: orderId } })
  const first = await ask()
  expect(first.error).toBeNull()
  expect(first.data).toMatchObject({
    status: 'provisioned',
    node: expect.any(String),
    identifier: expect.stringMatching(/^[0-9a-f]{8}$/),
    allocation: expect.stringMatching(/:\d+$/),
  })
  expect((await ask()).data).toEqual(first.data)
})

test('create-pterodactyl-user with the service key answers the account; a reset answers a password', async () => {
  const { functions } = withKey(SERVICE_KEY)
  const known = await functions.invoke('create-pterodactyl-user', { body: { userId } })
  expect(known.data).toEqual({ pterodactyl_user_id: expect.any(Number), panel_username: expect.any(String) })
  const reset = await functions.invoke('create-pterodactyl-user', { body: { userId, reset_password: true } })
  expect(reset.data).toMatchObject({ password: expect.stringMatching(/.{12,}/) })
})

test('a customer may ask for their own account, not reset it, and not for another’s', async () => {
  const { functions } = asCustomer()
  const own = await functions.invoke('create-pterodactyl-user', { body: { userId } })
  expect(own.data).toMatchObject({ pterodactyl_user_id: expect.any(Number) })
  for (const body of [{ userId, reset_password: true }, { userId: '11111111-2222-4333-8444-555555555555' }]) {
    const { error } = await functions.invoke('create-pterodactyl-user', { body })
    expect(statusOf(error)).toBe(403)
  }
  const { error } = await functions.invoke('servers-provision', { body: { order_id: orderId } })
  expect(statusOf(error)).toBe(403)
})

test('a wrong, an empty and no key are refused on every function', async () => {
  const bodies = {
    'servers-provision': { order_id: orderId },
    'create-pterodactyl-user': { userId },
    'create-checkout-session': { plan_id: 'minecraft-paper-2gb' },
  }
  for (const [name, body] of Object.entries(bodies)) {
    const { error } = await withKey('wrong').functions.invoke(name, { body })
    expect([401, 403], name).toContain(statusOf(error))
    for (const headers of [
      {},
      { authorization: '' },
      { authorization: 'Bearer ' },
      { authorization: 'Bearer undefined', apikey: SERVICE_KEY },
      { authorization: SERVICE_KEY },
    ]) {
      const answer = await fetch(`${stack.url}/functions/v1/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
      expect([401, 403], `${name} ${JSON.stringify(headers)}`).toContain(answer.status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
  }
})

test('bad input is told apart: malformed, unknown, and the preflight a browser sends', async () => {
  const { functions } = withKey(SERVICE_KEY)
  expect(statusOf((await functions.invoke('servers-provision', { body: { order_id: 'nonsense' } })).error)).toBe(400)
  expect(
    statusOf((await functions.invoke('servers-provision', { body: { order_id: '11111111-2222-4333-8444-555555555555' } })).error),
  ).toBe(404)
  const preflight = await fetch(`${stack.url}/functions/v1/servers-provision`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, apikey, x-client-info, content-type',
    },
  })
  expect(preflight.ok).toBe(true)
  for (const name of ['authorization', 'apikey', 'x-client-info', 'content-type'])
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(name)
})
