import { expect, test } from 'vitest'
import { accountsOverHttp, CLI, PASSWORD } from '../../test/kit/accounts-over-http.ts'
import { codeOf } from '../../test/kit/authenticator.ts'
import { testDb } from '../../test/kit/database.ts'
import { addStaff, resetSecondFactor } from './index.ts'

const db = await testDb()
const shop = accountsOverHttp(db, { staffSecondFactor: 'required' })
const lenient = accountsOverHttp(db, { staffSecondFactor: 'optional' })

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((line) => !/Max-Age=0/i.test(line))
    .map((line) => line.split(';')[0])
    .join('; ')
const signIn = (email: string) => shop.send('POST', '/api/auth/sign-in/email', { email, password: PASSWORD })
const post = (path: string, body: object, cookie: string) => shop.send('POST', `/api/auth/two-factor/${path}`, body, { cookie })
const keys = async (cookie: string, over = shop) => {
  const answer = await over.send('GET', '/api/ops/keys', undefined, { cookie })
  return { status: answer.status, type: ((await answer.json()) as { type?: string }).type }
}
const me = async (cookie: string) =>
  ((await (await shop.send('GET', '/api/me', undefined, { cookie })).json()) as { user: { role: string; secondFactor: object } }).user

async function admin(email: string): Promise<string> {
  await shop.signUp(email)
  await addStaff(shop.world, shop.auth, { email, role: 'admin', by: CLI })
  return cookiesOf(await signIn(email))
}
async function enrolled(email: string) {
  const before = await admin(email)
  const begun = (await (await post('enable', { password: PASSWORD }, before)).json()) as { totpURI: string; backupCodes: string[] }
  const done = await post('verify-totp', { code: codeOf(begun.totpURI) }, before)
  expect(done.status).toBe(200)
  return { ...begun, before, cookie: cookiesOf(done) }
}

test('staff without a second factor sign in and may do nothing but set it up', async () => {
  const cookie = await admin('fresh@example.com')
  expect(await keys(cookie)).toEqual({ status: 403, type: 'accounts.second_factor_needed' })
  expect(await me(cookie)).toMatchObject({ role: 'admin', secondFactor: { enrolled: false, due: true } })
  expect(await keys(cookie, lenient)).toMatchObject({ status: 200 })
})

test('set up with password and code, it works at once, and ends the sessions that were without it', async () => {
  const other = await admin('ada@example.com')
  const { cookie, before, totpURI, backupCodes } = await enrolled('ada@example.com')
  expect(decodeURIComponent(totpURI)).toMatch(/^otpauth:\/\/totp\/GIVRWRLD Servers:ada@example.com\?/)
  expect(backupCodes).toHaveLength(10)
  expect(await keys(cookie)).toMatchObject({ status: 200 })
  expect(await me(cookie)).toMatchObject({ role: 'admin', secondFactor: { enrolled: true, due: false } })
  for (const old of [other, before]) expect((await keys(old)).status).toBe(401)
  const deeds = await db.q.selectFrom('audit_log').select('details').where('did', '=', 'accounts.enrol_second_factor').execute()
  expect(deeds).toEqual([{ details: { ended: 1 } }])
})

test('setting it up needs the password and the right code', async () => {
  const cookie = await admin('unsure@example.com')
  expect((await post('enable', { password: 'another one' }, cookie)).status).toBe(400)
  const { totpURI } = (await (await post('enable', { password: PASSWORD }, cookie)).json()) as { totpURI: string }
  expect((await post('verify-totp', { code: codeOf(totpURI, 100) }, cookie)).status).toBe(401)
  expect((await keys(cookie)).status).toBe(403)
})

test('signing in then needs the code, and the password alone is no session', async () => {
  const { totpURI } = await enrolled('carol@example.com')
  const first = await signIn('carol@example.com')
  expect(await first.json()).toMatchObject({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
  expect(first.headers.get('set-auth-token')).toBeNull()
  const waiting = cookiesOf(first)
  expect((await keys(waiting)).status).toBe(401)
  expect((await post('verify-totp', { code: codeOf(totpURI, 100) }, waiting)).status).toBe(401)
  const right = await post('verify-totp', { code: codeOf(totpURI), trustDevice: true }, waiting)
  expect(await keys(cookiesOf(right))).toMatchObject({ status: 200 })
  // A device is never trusted: the next sign-in asks again.
  const next = await shop.send(
    'POST',
    '/api/auth/sign-in/email',
    { email: 'carol@example.com', password: PASSWORD },
    { cookie: cookiesOf(right) },
  )
  expect(await next.json()).toMatchObject({ twoFactorRedirect: true })
})

test('a backup code works once', async () => {
  const { backupCodes } = await enrolled('dora@example.com')
  const [code = ''] = backupCodes
  const again = async () => post('verify-backup-code', { code }, cookiesOf(await signIn('dora@example.com')))
  expect(await keys(cookiesOf(await again()))).toMatchObject({ status: 200 })
  expect((await again()).status).toBe(401)
})

test('five wrong codes end the sign-in, the right one then too', async () => {
  const { totpURI } = await enrolled('eve@example.com')
  const waiting = cookiesOf(await signIn('eve@example.com'))
  for (let n = 0; n < 5; n += 1) expect((await post('verify-totp', { code: codeOf(totpURI, 50 + n) }, waiting)).status).toBe(401)
  expect((await post('verify-totp', { code: codeOf(totpURI) }, waiting)).status).toBe(400)
})

test('a session made in another way than with the code owes it', async () => {
  const { cookie } = await enrolled('finn@example.com')
  await db.pool.query(
    `update auth.session set "secondFactorAt" = null where "userId" = (select id from auth."user" where email = 'finn@example.com')`,
  )
  for (const over of [shop, lenient]) expect(await keys(cookie, over)).toEqual({ status: 403, type: 'accounts.second_factor_needed' })
})

test('an administrator resets it: it is gone, the person signed out, the next sign-in sets up a new one', async () => {
  const { cookie } = await enrolled('gina@example.com')
  const { id } = await db.q.selectFrom('auth.user').select('id').where('email', '=', 'gina@example.com').executeTakeFirstOrThrow()
  await resetSecondFactor(shop.world, { by: CLI, userId: id, reason: 'the phone was stolen' })
  expect((await keys(cookie)).status).toBe(401)
  const again = cookiesOf(await signIn('gina@example.com'))
  expect(await me(again)).toMatchObject({ secondFactor: { enrolled: false, due: true } })
  const self = { by: { kind: 'user', id, role: 'admin' }, userId: id, reason: 'by myself' } as const
  await expect(resetSecondFactor(shop.world, self)).rejects.toMatchObject({ code: 'accounts.not_your_own' })
})
