import { afterAll, expect, test } from 'vitest'
import { tryPanel } from './fixture.ts'
import type { Letter } from './set-password.ts'

const letters: Letter[] = []
const tried = await tryPanel({ mail: (letter) => void letters.push(letter) })
afterAll(() => tried.close())
const post = async (path: string, form: Record<string, string>) =>
  (await fetch(`${tried.panel.url}${path}`, { method: 'POST', body: new URLSearchParams(form) })).text()

test('an account made without a password is mailed a link that sets one, once', async () => {
  await tried.call('POST', '/api/application/users', { email: 'new@example.com', username: 'newone', first_name: 'New', last_name: 'One' })
  expect(letters.map((letter) => letter.to)).toEqual(['new@example.com'])
  const path = /http:\/\/[^/]+(\S+reset\S+)/.exec(letters[0]?.text ?? '')?.[1] ?? ''
  expect(await post(path, { password: 'short' })).toContain('At least 8 characters')
  expect(await post(path, { password: 'long enough' })).toContain('Your password is set')
  expect(await post(path, { password: 'long enough' })).toContain('was used')
  expect(await post('/auth/login', { user: 'newone', password: 'long enough' })).toContain('Your servers')
})

test('with a password nothing is mailed; asking for a link tells nobody who has an account', async () => {
  const before = letters.length
  await tried.call('POST', '/api/application/users', {
    email: 'own@example.com',
    username: 'ownone',
    first_name: 'Own',
    last_name: 'One',
    password: 'secret enough',
  })
  expect(letters).toHaveLength(before)
  const known = await post('/auth/password', { email: 'own@example.com' })
  expect(await post('/auth/password', { email: 'nobody@example.com' })).toBe(known)
  expect(letters.slice(before).map((letter) => letter.to)).toEqual(['own@example.com'])
})
