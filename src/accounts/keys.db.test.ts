import { expect, test } from 'vitest'
import { accountsOverHttp, CLI, SERVICE_KEY } from '../../test/kit/accounts-over-http.ts'
import { testDb } from '../../test/kit/database.ts'
import { DAY, later, MINUTE } from '../kit/time.ts'
import { addStaff, identify, listKeys, type MakeKey, makeKey, revokeKey } from './index.ts'

const db = await testDb()
const shop = accountsOverHttp(db)
let now = new Date('2026-03-01T12:00:00Z')
const world = { db, now: () => now }
const who = (text: string) =>
  identify(
    world,
    { auth: shop.auth, serviceKey: SERVICE_KEY, staffSecondFactor: 'required' },
    new Headers({ authorization: `Bearer ${text}` }),
  )
const ask: MakeKey = { by: CLI, name: 'scraper', scopes: ['read'], expiresInDays: 30, reason: 'for the tests' }

test('a key acts in the role of its highest scope, under its own name, until it ends', async () => {
  const roles = { metrics: 'metrics', read: 'support', operate: 'operator', admin: 'admin' } as const
  for (const scope of ['metrics', 'read', 'operate', 'admin'] as const) {
    const { key, text } = await makeKey(world, { ...ask, scopes: ['metrics', scope] })
    expect(text).toMatch(new RegExp(`^gw_live_${key.publicId}_[\\w-]{43}$`))
    expect(await who(text)).toMatchObject({ actor: { kind: 'key', id: `key:${key.publicId}`, role: roles[scope] }, refusal: null })
  }
  const { text } = await makeKey(world, ask)
  now = later(now, 30 * DAY)
  expect(await who(text)).toMatchObject({ actor: null, refusal: { code: 'accounts.key_expired', status: 401 } })
})

test('a revoked key is nobody from the next request on; twice is once', async () => {
  const { key, text } = await makeKey(world, ask)
  const first = await revokeKey(world, { by: CLI, id: key.id, reason: 'lost' })
  now = later(now, MINUTE)
  expect(await revokeKey(world, { by: CLI, id: key.id, reason: 'lost again' })).toEqual(first)
  expect(await who(text)).toMatchObject({ actor: null, refusal: { code: 'accounts.key_revoked' } })
  const deeds = await db.q.selectFrom('audit_log').select(['did', 'why']).where('target_id', '=', key.id).orderBy('id').execute()
  expect(deeds).toEqual([
    { did: 'accounts.make_key', why: 'for the tests' },
    { did: 'accounts.revoke_key', why: 'lost' },
  ])
})

test('only the whole key counts, and nothing that is kept leads back to it', async () => {
  const { text } = await makeKey(world, ask)
  const changed = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')
  for (const wrong of [changed, text.slice(0, -1), `${text}A`, text.toUpperCase(), text.slice('gw_live_'.length)])
    expect(await who(wrong), wrong).toMatchObject({ actor: null, refusal: null })
  const { rows } = await db.pool.query('select to_jsonb(k) as kept from api_keys k union all select to_jsonb(a) from audit_log a')
  const secret = text.split('_').at(-1) ?? text
  expect(JSON.stringify(rows)).not.toContain(secret.slice(0, 12))
})

test('its use is noted once a minute', async () => {
  const { key, text } = await makeKey(world, ask)
  const lastUsed = async () => (await listKeys(db.q)).find(({ id }) => id === key.id)?.lastUsedAt
  const first = now
  await who(text)
  now = later(now, MINUTE - 1)
  await who(text)
  expect(await lastUsed()).toEqual(first)
  now = later(now, 1)
  await Promise.all([who(text), who(text)])
  expect(await lastUsed()).toEqual(now)
})

test('over HTTP: an administrator makes, sees and ends keys; a key makes none', async () => {
  const { token } = await shop.customer('boss@example.com')
  await addStaff(shop.world, shop.auth, { email: 'boss@example.com', role: 'admin', by: CLI })
  const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` })
  const body = { name: 'Grafana', scopes: ['admin'], reason: 'asked for by Ada' }
  const made = await shop.send('POST', '/api/ops/keys', body, as(token))
  expect(made.status).toBe(201)
  const { id, key } = (await made.json()) as { id: string; key: string }

  const listed = await shop.send('GET', '/api/ops/keys', undefined, as(key))
  const text = await listed.text()
  expect(JSON.parse(text).keys[0]).toMatchObject({ id, name: 'Grafana', state: 'live', createdBy: 'boss@example.com' })
  expect(text).not.toContain(key)
  const more = await shop.send('POST', '/api/ops/keys', body, as(key))
  expect([more.status, await more.json()]).toMatchObject([403, { type: 'accounts.keys_make_no_access' }])

  expect((await shop.send('POST', `/api/ops/keys/${id}/revoke`, { reason: 'no' }, as(token))).status).toBe(400)
  expect((await shop.send('POST', `/api/ops/keys/${id}/revoke`, { reason: 'no longer used' }, as(token))).status).toBe(200)
  const over = await shop.send('GET', '/api/ops/keys', undefined, as(key))
  expect([over.status, await over.json()]).toMatchObject([401, { type: 'accounts.key_revoked' }])
  for (const wrong of [{ scopes: [] }, { scopes: ['root'] }, { expires_in_days: 0 }, { expires_in_days: 731 }, { name: ' ' }])
    expect((await shop.send('POST', '/api/ops/keys', { ...body, ...wrong }, as(token))).status, JSON.stringify(wrong)).toBe(400)
})
