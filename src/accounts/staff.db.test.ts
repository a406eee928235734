import { expect, test } from 'vitest'
import { accountsOverHttp, CLI, PASSWORD } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'
import { addStaff, makeKey, removeStaff } from './index.ts'

const db = await testDb()
const shop = accountsOverHttp(db)
const as = (token: string) => ({ authorization: `Bearer ${token}` })
const staff = async (email: string, role: 'support' | 'operator' | 'admin') => {
  const person = await shop.customer(email)
  await addStaff(shop.world, shop.auth, { email, role, by: CLI })
  return person
}
const get = async (path: string, token: string) => shop.send('GET', path, undefined, as(token))
const post = async (path: string, body: object, token: string) => {
  const answer = await shop.send('POST', path, body, as(token))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const boss = await staff('boss@example.com', 'admin')
const reason = 'for the tests'

test('an administrator gives and takes roles; who loses one is signed out at once', async () => {
  const person = await shop.customer('helper@example.com')
  expect(await post('/api/ops/staff', { email: 'Helper@example.com', role: 'operator', reason }, boss.token)).toMatchObject({
    status: 200,
    body: { role: 'operator', invited: false, secondFactor: false },
  })
  expect((await get('/api/ops/staff', person.token)).status).toBe(403)
  await makeKey(shop.world, {
    by: { kind: 'user', id: person.id, role: 'operator' },
    name: 'Left behind',
    scopes: ['read'],
    expiresInDays: 1,
    reason,
  })
  expect(await post(`/api/ops/staff/${person.id}/revoke`, { reason: 'left the company' }, boss.token)).toMatchObject({
    status: 200,
    body: { role: 'customer', sessions: [], liveKeys: ['Left behind'] },
  })
  expect((await get('/api/sessions', person.token)).status).toBe(401)
  const deeds = await db.q
    .selectFrom('audit_log')
    .select(['actor_id', 'why', 'details'])
    .where('target_id', '=', person.id)
    .orderBy('id')
    .execute()
  expect(deeds).toEqual([
    { actor_id: boss.id, why: reason, details: { from: 'customer', to: 'operator' } },
    { actor_id: boss.id, why: 'left the company', details: { from: 'operator', to: 'customer', ended: 1 } },
  ])
})

test('less of a role ends the sessions, more does not', async () => {
  const person = await staff('riser@example.com', 'support')
  await addStaff(shop.world, shop.auth, { email: 'riser@example.com', role: 'operator', by: CLI })
  expect((await get('/api/sessions', person.token)).status).toBe(200)
  await addStaff(shop.world, shop.auth, { email: 'riser@example.com', role: 'support', by: CLI })
  expect((await get('/api/sessions', person.token)).status).toBe(401)
})

test('the last administrator stays, also when two remove each other at one moment', async () => {
  const alone = await post(`/api/ops/staff/${boss.id}/revoke`, { reason }, boss.token)
  expect(alone).toMatchObject({ status: 409, body: { type: 'accounts.last_admin' } })
  const lower = await post('/api/ops/staff', { email: 'boss@example.com', role: 'support', reason }, boss.token)
  expect(lower.status).toBe(409)
  const second = await staff('second@example.com', 'admin')
  const both = await Promise.allSettled([
    removeStaff(shop.world, { by: { kind: 'user', id: boss.id, role: 'admin' }, userId: second.id }),
    removeStaff(shop.world, { by: { kind: 'user', id: second.id, role: 'admin' }, userId: boss.id }),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await db.q.selectFrom('auth.user').select('id').where('role', '=', 'admin').execute()).toHaveLength(1)
  await addStaff(shop.world, shop.auth, { email: 'boss@example.com', role: 'admin', by: CLI })
})

test('an API key gives no roles and forgets no second factor', async () => {
  const { text } = await makeKey(shop.world, { by: CLI, name: 'Root', scopes: ['admin'], expiresInDays: 1, reason })
  const person = await staff('target@example.com', 'support')
  expect((await post('/api/ops/staff', { email: 'evil@example.com', role: 'admin', reason }, text)).status).toBe(403)
  for (const verb of ['revoke', 'reset-second-factor'])
    expect(await post(`/api/ops/staff/${person.id}/${verb}`, { reason }, text)).toMatchObject({
      body: { type: 'accounts.keys_make_no_access' },
    })
})

test('my sessions: seen, ended one by one, or all but this; another’s is none of mine', async () => {
  const [mine, other] = [await shop.customer('mine@example.com'), await shop.customer('other@example.com')]
  for (let n = 0; n < 2; n += 1) await shop.send('POST', '/api/auth/sign-in/email', { email: 'mine@example.com', password: PASSWORD })
  const sessions = async (token: string) =>
    ((await (await get('/api/sessions', token)).json()) as { sessions: { id: string; current: boolean }[] }).sessions
  const before = await sessions(mine.token)
  expect(before.map(({ current }) => current)).toEqual([false, false, true])
  expect(JSON.stringify(before)).not.toContain(mine.token)
  const [foreign] = await sessions(other.token)
  expect((await post(`/api/sessions/${foreign?.id}/revoke`, {}, mine.token)).status).toBe(404)
  expect((await sessions(other.token)).length).toBe(1)
  expect((await post(`/api/sessions/${before[0]?.id}/revoke`, {}, mine.token)).body['sessions']).toHaveLength(2)
  expect((await post('/api/sessions/revoke-others', {}, mine.token)).body['sessions']).toMatchObject([{ id: before[2]?.id, current: true }])
})

test('an administrator sees who is signed in where, and signs them out', async () => {
  const chief = await staff('chief@example.com', 'admin')
  const person = await staff('watched@example.com', 'support')
  const { staff: all } = (await (await get('/api/ops/staff', chief.token)).json()) as {
    staff: { email: string; sessions: { id: string }[] }[]
  }
  const [session] = all.find(({ email }) => email === 'watched@example.com')?.sessions ?? []
  expect((await post(`/api/ops/sessions/${session?.id}/revoke`, { reason }, chief.token)).status).toBe(200)
  expect((await get('/api/sessions', person.token)).status).toBe(401)
  await shop.send('POST', '/api/auth/sign-in/email', { email: 'watched@example.com', password: PASSWORD })
  expect(await post(`/api/ops/staff/${person.id}/end-sessions`, { reason }, chief.token)).toMatchObject({ body: { sessions: [] } })
})
