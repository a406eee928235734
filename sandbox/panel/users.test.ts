import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel()
})
afterEach(() => tried.close())

const USERS = '/api/application/users'
const JANE = { email: 'jane@example.com', username: 'jane', first_name: 'Jane', last_name: 'Doe', password: 'x' }
const ids = (body: unknown) => (body as { data: { attributes: { id: number } }[] }).data.map((each) => each.attributes.id)

describe('usernames', () => {
  test.each(['ab', '-ab', 'ab_', 'a b', 'jos\u00e9', 'a@b', '.abc'])('%s is refused', async (username) => {
    const { status, errors } = await tried.call('POST', USERS, { ...JANE, username })
    expect([status, errors]).toEqual([422, ['ValidationException username p_username']])
  })

  test('a list makes the panel fail', async () => {
    const { status, errors } = await tried.call('POST', USERS, { ...JANE, username: ['jane'] })
    expect([status, errors]).toEqual([500, ['TypeError']])
  })

  test('too long is refused by its length', async () => {
    const { errors } = await tried.call('POST', USERS, { ...JANE, username: 'x'.repeat(192) })
    expect(errors).toEqual(['ValidationException username between'])
  })
})

test('everything that is taken is reported at once, in the order of the columns', async () => {
  await tried.call('POST', USERS, { ...JANE, external_id: 'cust_1' })
  const { errors } = await tried.call('POST', USERS, { ...JANE, external_id: 'CUST_1', username: 'JANE' })
  expect(errors).toEqual(['email', 'external_id', 'username'].map((field) => `ValidationException ${field} unique`))
})

test('pages: sizes, the end, and links that forget what was asked', async () => {
  for (let at = 0; at < 16; at += 1) {
    await tried.call('POST', USERS, { ...JANE, email: `u${at}@example.com`, username: `user${at}` })
  }
  const page = async (query: string) => tried.call('GET', `${USERS}?${query}`)
  expect((await page('per_page=0')).body['meta']?.['pagination']).toMatchObject({ per_page: 15, count: 15, total: 19, total_pages: 2 })
  expect((await page('per_page=2&page=2&filter[email]=u1&sort=-id')).body['meta']?.['pagination']?.['links']).toEqual({
    previous: `${tried.panel.url}${USERS}?page=1`,
    next: `${tried.panel.url}${USERS}?page=3`,
  })
  expect(ids((await page('per_page=3&sort=-id')).body)).toEqual([19, 18, 17])
  expect((await page('page=99')).body['data']).toEqual([])
  expect((await page('per_page=-1')).errors).toEqual(['QueryException'])
  expect((await page('per_page=abc')).errors).toEqual(['TypeError'])
  expect((await page('sort=email')).errors).toEqual(['InvalidSortQuery'])
})

test('filters match a part, without case and accents, with wildcards and commas', async () => {
  for (const [at, email] of ['a_b@example.com', 'axb@example.com', 'jos\u00e9@example.com'].entries()) {
    await tried.call('POST', USERS, { ...JANE, email, username: `filter${at}`, external_id: `svc_1${at || ''}` })
  }
  const found = async (filter: string) => ids((await tried.call('GET', `${USERS}?${filter}`)).body)
  expect(await found('filter[email]=a_b')).toEqual([4, 5])
  expect(await found('filter[email]=a\\_b')).toEqual([4])
  expect(await found('filter[email]=JOSE@')).toEqual([6])
  expect(await found('filter[email]=admin@,customer@')).toEqual([1, 3])
  expect(await found('filter[external_id]=svc_1')).toEqual([4, 5, 6])
  expect(await found('filter[email]=')).toEqual([1, 2, 3, 4, 5, 6])
  const { status, body } = await tried.call('GET', `${USERS}?filter[name]=x`)
  expect([status, body['errors']]).toMatchObject([
    400,
    [{ detail: 'Requested filter(s) `name` are not allowed. Allowed filter(s) are `email, uuid, username, external_id`.' }],
  ])
})

test('two creations without a password at once: one is rolled back and can be sent again', async () => {
  const asked = [1, 2].map((at) => ({ email: `p${at}@example.com`, username: `para${at}`, first_name: 'P', last_name: 'Q' }))
  const answers = await Promise.all(asked.map((body) => tried.call('POST', USERS, body)))
  expect(answers.map((each) => each.status).sort()).toEqual([201, 500])
  const loser = answers.findIndex((each) => each.status === 500)
  expect((await tried.call('POST', USERS, asked[loser])).status).toBe(201)
})

test('with a password both are made', async () => {
  const answers = await Promise.all(
    [1, 2].map((at) => tried.call('POST', USERS, { ...JANE, email: `p${at}@example.com`, username: `para${at}` })),
  )
  expect(answers.map((each) => each.status)).toEqual([201, 201])
})
