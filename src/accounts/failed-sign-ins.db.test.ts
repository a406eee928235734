import { expect, test } from 'vitest'
import { accountsOverHttp, PASSWORD } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'

const db = await testDb()
const shop = accountsOverHttp(db, { signUpsPerMinute: 100_000 })
let addresses = 0
const signIn = async (email: string, password: string) => {
  addresses += 1
  shop.comeFrom(`198.51.100.${addresses}`)
  const answer = await shop.send('POST', '/api/auth/sign-in/email', { email, password })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, cookie: answer.headers.getSetCookie()[0] ?? '' }
}
const wrong = async (email: string, times: number) => {
  const answers = []
  for (let n = 0; n < times; n += 1) answers.push(await signIn(email, `guess ${n} of many`))
  return answers
}

test('ten wrong passwords from ten addresses, then the right one waits too; the same for an address that nobody has', async () => {
  await shop.signUp('known@example.com')
  const [known, unknown] = [await wrong('known@example.com', 12), await wrong('nobody@example.com', 12)]
  expect(known.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429, 429])
  expect(unknown.map(({ status, body }) => ({ status, body }))).toEqual(known.map(({ status, body }) => ({ status, body })))
  expect(await signIn(' Known@Example.com ', PASSWORD)).toMatchObject({ status: 429, body: { type: 'accounts.too_many_failures' } })
  expect(await signIn('other@example.com', PASSWORD)).toMatchObject({ status: 401 })
  const kept = await db.q.selectFrom('failed_sign_ins').selectAll().execute()
  expect(JSON.stringify(kept)).not.toMatch(/known|nobody/)
})

test('forty at one moment are no more than ten', async () => {
  const tries = await Promise.all(Array.from({ length: 40 }, (_, n) => signIn('swarm@example.com', `guess ${n} of many`)))
  expect(tries.filter(({ status }) => status === 401)).toHaveLength(10)
})

test('who is signed in stays so, and a new password by mail opens it again', async () => {
  await shop.signUp('owner@example.com')
  const cookie = (await signIn('owner@example.com', PASSWORD)).cookie.split(';')[0] ?? ''
  await wrong('owner@example.com', 11)
  const me = await shop.send('GET', '/api/me', undefined, { cookie })
  expect(await me.json()).toMatchObject({ user: { email: 'owner@example.com' } })
  await shop.send('POST', '/api/auth/request-password-reset', { email: 'owner@example.com' })
  const mail = (await shop.mails('owner@example.com')).find(({ template }) => template === 'reset_password')
  const token = new URL(String(mail?.props['url'])).searchParams.get('token')
  expect((await shop.send('POST', '/api/auth/reset-password', { token, newPassword: 'an even better one' })).status).toBe(200)
  expect(await signIn('owner@example.com', 'an even better one')).toMatchObject({ status: 200 })
})

test('a right password wipes the slate; after a quarter of an hour it is wiped too', async () => {
  await shop.signUp('clumsy@example.com')
  for (let round = 0; round < 2; round += 1) {
    await wrong('clumsy@example.com', 9)
    expect(await signIn('clumsy@example.com', PASSWORD)).toMatchObject({ status: 200 })
  }
  await wrong('clumsy@example.com', 11)
  const over = `window_ends_at <= now() + interval '15 minutes' and window_ends_at > now() + interval '14 minutes'`
  await db.pool.query(`update failed_sign_ins set window_ends_at = now() - interval '1 second' where ${over}`)
  expect(await signIn('clumsy@example.com', PASSWORD)).toMatchObject({ status: 200 })
  await wrong('another@example.com', 1)
  expect(await db.q.selectFrom('failed_sign_ins').select('failures').execute()).toEqual([{ failures: 1 }])
})

test('what is no sign-in at all does not count', async () => {
  for (let n = 0; n < 11; n += 1) expect(await signIn('not an address', PASSWORD)).toMatchObject({ status: 400 })
  expect(await signIn('not an address', PASSWORD)).toMatchObject({ status: 400 })
})
