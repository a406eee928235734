import { expect, test } from 'vitest'
import { accountsOverHttp, CLI, PASSWORD, SERVICE_KEY } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'
import { addStaff, identify, makeDemoOperator, userByEmail } from './index.ts'

const db = await testDb()
const shop = accountsOverHttp(db)
const who = (headers: Headers, serviceKey = SERVICE_KEY) =>
  identify(shop.world, { auth: shop.auth, serviceKey, staffSecondFactor: 'optional' }, headers)
const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` })

test('sign-up, sign-in, who am I by cookie and by token, sign-out', async () => {
  expect((await shop.signUp('ada@example.com')).status).toBe(200)
  const signIn = await shop.send('POST', '/api/auth/sign-in/email', { email: 'ADA@example.com', password: PASSWORD })
  expect(signIn.status).toBe(200)
  const [cookie = ''] = signIn.headers.getSetCookie()
  expect(cookie).toMatch(/^givrwrld\.session_token=.*HttpOnly.*SameSite=Lax/i)
  expect(cookie).not.toMatch(/Secure/)

  const pair = cookie.split(';')[0] ?? ''
  const me = await (await shop.send('GET', '/api/me', undefined, { cookie: pair })).json()
  expect(me).toMatchObject({ user: { email: 'ada@example.com', name: 'Ada', emailVerified: false, role: 'customer', panel: null } })

  const { token } = (await signIn.json()) as { token: string }
  expect(await who(bearer(token))).toMatchObject({
    actor: { kind: 'user', role: 'customer' },
    verified: false,
  })
  expect((await shop.send('POST', '/api/auth/sign-out', {}, { cookie: pair })).status).toBe(200)
  expect(await (await shop.send('GET', '/api/me', undefined, { cookie: pair })).json()).toEqual({ user: null })
  expect(await who(bearer(token))).toMatchObject({ actor: null, verified: false })
})

test('on https the cookie is secure', async () => {
  const safe = accountsOverHttp(db, { publicUrl: 'https://shop.test' })
  await safe.signUp('secure@example.com')
  const answer = await safe.send('POST', '/api/auth/sign-in/email', { email: 'secure@example.com', password: PASSWORD })
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-givrwrld.session_token=.*; Secure/)
})

test('the service key is the whole key and nothing else; an empty one lets nobody in', async () => {
  const actor = async (headers: Headers, key = SERVICE_KEY) => (await who(headers, key)).actor
  expect(await actor(bearer(SERVICE_KEY))).toEqual({ kind: 'service', id: 'service_role', role: 'service' })
  for (const wrong of [SERVICE_KEY.slice(0, -1), `${SERVICE_KEY}x`, SERVICE_KEY.toUpperCase(), 'a.b', '%E0%A4%A', 'null', 'undefined'])
    expect(await actor(bearer(wrong)), wrong).toBeNull()
  for (const header of ['', 'Bearer', 'Bearer ', 'Basic Og==', SERVICE_KEY])
    for (const key of [SERVICE_KEY, '']) expect(await actor(new Headers({ authorization: header }), key), header).toBeNull()
  expect(await actor(new Headers(), '')).toBeNull()
})

test('a wrong bearer token is not made good by a cookie', async () => {
  await shop.signUp('mixed@example.com')
  const signIn = await shop.send('POST', '/api/auth/sign-in/email', { email: 'mixed@example.com', password: PASSWORD })
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect((await who(new Headers({ cookie }))).actor).not.toBeNull()
  expect((await who(new Headers({ cookie, authorization: 'Bearer nonsense' }))).actor).toBeNull()
})

test('a role counts from the next request on, and is gone as fast', async () => {
  const { token } = await shop.customer('grace@example.com')
  const role = async () => (await who(bearer(token))).actor?.role
  expect(await role()).toBe('customer')
  await addStaff(shop.world, shop.auth, { email: 'grace@example.com', role: 'operator', by: CLI, why: 'new colleague' })
  expect(await role()).toBe('operator')
  await addStaff(shop.world, shop.auth, { email: 'grace@example.com', role: 'customer', by: CLI })
  expect(await role()).toBeUndefined()
  const deeds = await db.q.selectFrom('audit_log').select(['actor_id', 'why', 'details']).where('did', '=', 'accounts.set_role').execute()
  expect(deeds.map((deed) => deed.details)).toEqual([
    { from: 'customer', to: 'operator' },
    { from: 'operator', to: 'customer', ended: 1 },
  ])
  expect(deeds[0]).toMatchObject({ actor_id: 'cli:root@test', why: 'new colleague' })
})

test('staff without an account is invited by mail; the link sets the password and proves the address', async () => {
  const { invited, user } = await addStaff(shop.world, shop.auth, { email: 'new@example.com', role: 'support', by: CLI })
  expect(invited).toBe(true)
  const [mail] = await shop.mails('new@example.com')
  expect(mail?.template).toBe('reset_password')
  const url = new URL(String(mail?.props['url']))
  expect(url.origin + url.pathname).toBe('http://shop.test/reset-password')
  const reset = { token: url.searchParams.get('token'), newPassword: 'a longer password' }
  expect((await shop.send('POST', '/api/auth/reset-password', reset)).status).toBe(200)
  expect((await shop.send('POST', '/api/auth/reset-password', reset)).status).toBe(400)
  const signIn = await shop.send('POST', '/api/auth/sign-in/email', { email: 'new@example.com', password: 'a longer password' })
  expect(signIn.status).toBe(200)
  expect(await userByEmail(db.q, 'new@example.com')).toMatchObject({ id: user.id, role: 'support', emailVerified: true })
})

test('the demo operator can be made again and again', async () => {
  const first = await makeDemoOperator(shop.world, shop.auth, { email: 'Operator@givrwrld.test', password: 'first password' })
  const second = await makeDemoOperator(shop.world, shop.auth, { email: 'operator@givrwrld.test', password: 'second password' })
  expect(second).toEqual(first)
  const signIn = (password: string) => shop.send('POST', '/api/auth/sign-in/email', { email: 'operator@givrwrld.test', password })
  expect((await signIn('second password')).status).toBe(200)
  expect((await signIn('first password')).status).toBe(401)
  expect(await userByEmail(db.q, 'operator@givrwrld.test')).toMatchObject({ role: 'operator', emailVerified: true })
})
