import { expect, test } from 'vitest'
import { accountsOverHttp, PASSWORD } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'

const db = await testDb()
const shop = accountsOverHttp(db)

test('while sessions cannot be read or written nobody is told that it is over, or our mistake: 503, and it goes on afterwards', async () => {
  const { token } = await shop.customer('ada@example.com')
  const authorization = `Bearer ${token}`
  const answers = async () => {
    const me = await shop.send('GET', '/api/me', undefined, { authorization })
    const signIn = await shop.send('POST', '/api/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })
    return [me, signIn].map((answer) => answer.status)
  }
  await db.pool.query('alter table auth.session rename to session_away')
  expect(await answers()).toEqual([503, 503])
  await db.pool.query('alter table auth.session_away rename to session')
  expect(await answers()).toEqual([200, 200])
})
