import { expect, test } from 'vitest'
import { accountsOverHttp, PASSWORD } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'
import { userByEmail } from './index.ts'

const db = await testDb()
const shop = accountsOverHttp(db)

/** Every endpoint that better-auth knows, as `METHOD /path`. */
const known = Object.values(shop.auth.api as unknown as Record<string, { path?: string; options?: { method?: string | string[] } }>)
  .filter((endpoint) => endpoint.path)
  .flatMap(({ path, options }) => [options?.method ?? 'GET'].flat().map((method) => `${method} ${path}`))
const OPEN = [
  'GET /get-session',
  'GET /verify-email',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /send-verification-email',
  'POST /sign-in/email',
  'POST /sign-out',
  'POST /sign-up/email',
  'POST /two-factor/enable',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/verify-totp',
]

test('only what we use of better-auth exists', async () => {
  expect(known.length).toBeGreaterThan(25)
  const { token } = await shop.customer('walker@example.com')
  const open: string[] = []
  for (const endpoint of known) {
    const [method = '', path = ''] = endpoint.split(' ')
    const body = method === 'GET' ? undefined : {}
    const answer = await shop.send(method, `/api/auth${path.replace(/:\w+/g, 'x')}`, body, { authorization: `Bearer ${token}` })
    const { type } = (await answer.json().catch(() => ({}))) as { type?: string }
    if (type !== 'request.no_such_route') open.push(endpoint)
  }
  expect([...new Set(open)].sort()).toEqual(OPEN)
})

test('paths beside the list do not slip through', async () => {
  for (const path of [
    '/sign-up/email/',
    '//sign-up/email',
    '/sign-up/../update-user',
    '/SIGN-UP/email',
    '/update-user%2f',
    '/sign-in/email%00',
  ])
    expect((await shop.send('POST', `/api/auth${path}`, {})).status, path).toBe(404)
})

test('nobody makes himself staff, or confirmed', async () => {
  const extra = { role: 'admin', emailVerified: true, image: 'https://evil.test/x.png', id: '00000000-0000-4000-8000-000000000000' }
  await shop.signUp('mallory@example.com', extra)
  const user = await userByEmail(db.q, 'mallory@example.com')
  expect(user).toMatchObject({ role: 'customer', emailVerified: false })
  expect(user?.id).not.toBe(extra.id)
})

test('a name is one short line', async () => {
  await shop.send('POST', '/api/auth/sign-up/email', {
    name: ` Eve\r\nBcc: x ${'y'.repeat(500)}`,
    email: 'eve@example.com',
    password: PASSWORD,
  })
  expect((await userByEmail(db.q, 'eve@example.com'))?.name).toMatch(/^Eve Bcc: x y{69}$/)
})

test('signing up with a known address tells nothing, and tells its owner', async () => {
  const first = await shop.signUp('known@example.com')
  const again = await shop.signUp('known@example.com', { name: 'Somebody Else' })
  expect([first.status, again.status]).toEqual([200, 200])
  const [a, b] = (await Promise.all([first.json(), again.json()])) as { token: null; user: Record<string, unknown> }[]
  expect(Object.keys(b?.user ?? {}).sort()).toEqual(Object.keys(a?.user ?? {}).sort())
  expect(b).toMatchObject({ token: null, user: { email: 'known@example.com', role: 'customer', emailVerified: false } })
  expect(String(b?.user['id'])).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  expect([...first.headers.keys()].sort()).toEqual([...again.headers.keys()].sort())
  const odd = { name: `  Eve \n\u202e ${'y'.repeat(200)}` }
  const [known, fresh] = await Promise.all([shop.signUp('known@example.com', odd), shop.signUp('fresh@example.com', odd)])
  const nameIn = async (answer: Response) => ((await answer.json()) as { user: { name: string } }).user.name
  expect(await nameIn(known)).toBe(await nameIn(fresh))
  expect((await userByEmail(db.q, 'known@example.com'))?.name).toBe('Ada')
  expect((await shop.mails('known@example.com')).map((mail) => mail.template).sort()).toEqual(['already_registered', 'verify_email'])
})

test('a wrong password and an unknown address get the same answer', async () => {
  const answers = await Promise.all(
    ['known@example.com', 'nobody@example.com'].map(async (email) => {
      const answer = await shop.send('POST', '/api/auth/sign-in/email', { email, password: 'wrong password' })
      return { status: answer.status, body: await answer.json() }
    }),
  )
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]?.status).toBe(401)
  const resets = await Promise.all(
    ['known@example.com', 'nobody@example.com'].map(async (email) =>
      (await shop.send('POST', '/api/auth/request-password-reset', { email })).json(),
    ),
  )
  expect(resets[0]).toEqual(resets[1])
})

test('the link in the mail confirms the address, long after it was written', async () => {
  await shop.signUp('late@example.com', { callbackURL: '/orders' })
  const [mail] = await shop.mails('late@example.com')
  const url = new URL(String(mail?.props['url']))
  expect(url.origin).toBe('http://shop.test')
  const { exp, iat } = JSON.parse(Buffer.from(url.searchParams.get('token')?.split('.')[1] ?? '', 'base64url').toString())
  expect(exp - iat).toBe(7 * 24 * 3600)
  const answer = await shop.send('GET', url.pathname + url.search)
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe('/orders')
  expect((await userByEmail(db.q, 'late@example.com'))?.emailVerified).toBe(true)
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect(await (await shop.send('GET', '/api/me', undefined, { cookie })).json()).toMatchObject({ user: { email: 'late@example.com' } })
  // The link signs in once; found later by somebody else it leads to the shop and no further.
  const again = await shop.send('GET', url.pathname + url.search)
  expect([again.status, again.headers.getSetCookie()]).toEqual([302, []])
})

test('no link leads away from the shop', async () => {
  const away = [
    'https://evil.test',
    '//evil.test',
    '/\\evil.test',
    'http://shop.test.evil.test',
    'http://shop.test@evil.test',
    'javascript:alert(1)',
    '/..//evil.test',
    '/x/..//evil.test',
    '/%2e%2e//evil.test',
  ]
  for (const callbackURL of away) {
    expect((await shop.signUp(`r${away.indexOf(callbackURL)}@example.com`, { callbackURL })).status, callbackURL).toBe(403)
    const verify = await shop.send('GET', `/api/auth/verify-email?token=x&callbackURL=${encodeURIComponent(callbackURL)}`)
    expect(verify.status, callbackURL).toBe(403)
    expect(verify.headers.get('location')).toBeNull()
    const reset = await shop.send('POST', '/api/auth/request-password-reset', { email: 'known@example.com', redirectTo: callbackURL })
    expect([403, 429], callbackURL).toContain(reset.status)
  }
})

test('a page of another origin cannot use the cookie', async () => {
  const evil = { origin: 'https://evil.test', cookie: 'givrwrld.session_token=x.y' }
  expect((await shop.send('POST', '/api/auth/sign-out', {}, evil)).status).toBe(403)
  expect((await shop.send('POST', '/api/auth/sign-in/email', { email: 'known@example.com', password: PASSWORD }, evil)).status).toBe(403)
})

test('too many sign-ups from one address are put off; another address goes on', async () => {
  const strict = accountsOverHttp(db, { signUpsPerMinute: 2 })
  strict.comeFrom('198.51.100.7')
  const lies = { 'x-forwarded-for': '192.0.2.1', 'x-givrwrld-client-ip': '192.0.2.2' }
  const tryOne = (n: number) =>
    strict.send(
      'POST',
      '/api/auth/sign-up/email',
      { name: 'Bot', email: `bot${n}@example.com`, password: PASSWORD },
      { ...lies, 'x-real-ip': `192.0.2.${n}` },
    )
  expect([(await tryOne(1)).status, (await tryOne(2)).status]).toEqual([200, 200])
  const refused = await tryOne(3)
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ type: 'accounts.too_many_requests' })
  strict.comeFrom('198.51.100.8')
  expect((await tryOne(4)).status).toBe(200)
})

test('twenty customers within seconds are fine where the limit says so', async () => {
  const busy = accountsOverHttp(db, { signUpsPerMinute: 1000 })
  busy.comeFrom('127.0.0.1')
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => busy.signUp(`demo${n}@example.com`)))
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200))
  const signIns = answers.map((_, n) => busy.send('POST', '/api/auth/sign-in/email', { email: `demo${n}@example.com`, password: PASSWORD }))
  expect((await Promise.all(signIns)).map((answer) => answer.status)).toEqual(Array(20).fill(200))
})
