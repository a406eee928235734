import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { panelAndShop } from '../../test/kit/panel-and-shop.ts'
import { later } from '../kit/time.ts'
import { externalAccountOf } from './index.ts'

const db = await testDb()
const shop = await panelAndShop(db)
const { calls, faults, clock } = shop
const posts = () => calls.filter((call) => call.startsWith('POST'))
beforeEach(() => {
  calls.length = 0
  faults.clear()
})

test('a new customer costs one call, a known one none', async () => {
  const id = await shop.customer('anna.example+shop@example.com', { name: 'Anna Maria Example' })
  const first = await shop.ensure(id)
  expect(calls).toEqual(['POST /users 201'])
  expect(first).toMatchObject({ password: null, callsMade: 1, account: { userId: id, adopted: false } })
  expect(await shop.panelUser('anna.example+shop@example.com')).toMatchObject({
    externalId: id,
    username: expect.stringMatching(/^anna\.exampleshop-[0-9a-z]{6}$/),
    firstName: 'Anna',
    lastName: 'Maria Example',
    rootAdmin: false,
  })
  calls.length = 0
  expect(await shop.ensure(id, { withPassword: true })).toMatchObject({
    account: { pterodactylUserId: first.account.pterodactylUserId },
    password: null,
    callsMade: 0,
  })
  expect(calls).toEqual([])
  expect(await externalAccountOf(db.q, id)).toEqual(first.account)
})

test('anna’s order does not go to joanna', async () => {
  const id = await shop.customer('anna@example.com')
  const { account } = await shop.ensure(id)
  expect(account).toMatchObject({ panelEmail: 'anna@example.com', adopted: false })
  expect(account.pterodactylUserId).not.toBe(11)
  expect(await shop.panelUser('joanna@example.com')).toMatchObject({ id: 11, externalId: null })
})

test('the panel’s administrator is nobody’s account, whoever signs up with the address', async () => {
  const id = await shop.customer('admin@example.com')
  await expect(shop.ensure(id)).rejects.toMatchObject({ code: 'accounts.panel_identity_conflict', kind: 'conflict' })
  await expect(shop.ensure(id)).rejects.toMatchObject({ code: 'accounts.panel_identity_conflict' })
  expect(await externalAccountOf(db.q, id)).toBeNull()
  const admin = await shop.panelUser('admin@example.com')
  expect(admin).toMatchObject({ id: 1, externalId: null, rootAdmin: true })
  expect(await shop.findings(id)).toMatchObject([{ kind: 'accounts.panel_identity_conflict', status: 'open' }])
  if (!admin) throw new Error('no administrator')
  await shop.panel.updateUser(shop.call, { ...admin, email: 'chief@example.com' }, {})
  expect((await shop.ensure(id)).account).toMatchObject({ panelEmail: 'admin@example.com', adopted: false })
  expect(await shop.findings(id)).toMatchObject([{ status: 'resolved' }])
})

test('an account from before is taken when the address is confirmed, not otherwise', async () => {
  const id = await shop.customer('friend@example.com', { emailVerified: false })
  await expect(shop.ensure(id)).rejects.toMatchObject({ code: 'accounts.panel_identity_conflict' })
  expect(await shop.panelUser('friend@example.com')).toMatchObject({ externalId: null })
  await db.q.updateTable('auth.user').set({ emailVerified: true }).where('id', '=', id).execute()
  const { account, password } = await shop.ensure(id, { withPassword: true })
  expect([account.pterodactylUserId, account.adopted, password]).toEqual([12, true, null])
  expect(await shop.panelUser('friend@example.com')).toMatchObject({ id: 12, externalId: id, username: 'old-friend', firstName: 'Stood' })
})

test('an account of another shop, and an address that is only alike, are left alone', async () => {
  const other = await shop.customer('other@example.com')
  await expect(shop.ensure(other)).rejects.toMatchObject({
    code: 'accounts.panel_identity_conflict',
    say: expect.stringContaining('another external id'),
  })
  expect(await shop.panelUser('other@example.com')).toMatchObject({ id: 13, externalId: 'whmcs-7' })
  const alike = await shop.customer('renee@example.com')
  await expect(shop.ensure(alike)).rejects.toMatchObject({
    code: 'accounts.panel_identity_conflict',
    say: expect.stringContaining('alike'),
  })
  const [finding] = await shop.findings(alike)
  expect(finding?.remedy).toContain(alike)
})

test('an operator links the account by its external id', async () => {
  const id = await shop.customer('linked@example.com')
  const stood = await shop.panel.createUser(shop.call, {
    externalId: id,
    username: 'linked',
    email: 'linked@example.com',
    firstName: 'L',
    lastName: 'D',
  })
  const { account } = await shop.ensure(id)
  expect(account).toMatchObject({ pterodactylUserId: stood.id, adopted: true })
})

test('two at once, in one process and in two, make one panel user', async () => {
  const id = await shop.customer('twice@example.com')
  const made = await Promise.all([shop.ensure(id), shop.ensure(id), shop.ensureElsewhere(id), shop.ensureElsewhere(id)])
  expect(new Set(made.map(({ account }) => account.pterodactylUserId)).size).toBe(1)
  expect(posts()).toEqual(['POST /users 201'])
})

test('many new customers in two processes: one POST at a time, so none deadlocks', async () => {
  const ids = await Promise.all(Array.from({ length: 16 }, (_, n) => shop.customer(`crowd${n}@example.com`)))
  await Promise.all(ids.map((id, n) => (n % 2 ? shop.ensure(id) : shop.ensureElsewhere(id))))
  expect(posts()).toEqual(Array(16).fill('POST /users 201'))
})

test('made, but the answer lost: found again, and given a password that somebody knows', async () => {
  const id = await shop.customer('lost@example.com')
  faults.add({ system: 'panel', kind: 'error_after', match: 'POST /api/application/users', times: 1 })
  await expect(shop.ensure(id, { withPassword: true })).rejects.toMatchObject({ code: 'accounts.panel_user_unknown', kind: 'unavailable' })
  const made = await shop.panelUser('lost@example.com')
  calls.length = 0
  const { account, password } = await shop.ensure(id, { withPassword: true })
  expect(account).toMatchObject({ pterodactylUserId: made?.id, adopted: false })
  expect(password).toMatch(/^[\w-]{24}$/)
  expect(posts()).toEqual([])
  expect(await logIn(account.panelUsername, password)).toBe(true)
})

test('no answer, and nothing made: sent again only when the panel can no longer be at it', async () => {
  const id = await shop.customer('silent@example.com')
  faults.add({ system: 'panel', kind: 'html', match: 'POST /api/application/users', times: 1 })
  await expect(shop.ensure(id)).rejects.toMatchObject({ code: 'accounts.panel_user_unknown' })
  const again = await shop.ensure(id).catch((error) => error)
  expect(again).toMatchObject({ code: 'accounts.panel_user_unknown' })
  expect(again.retryAfterMs).toBeGreaterThan(25_000)
  expect(posts()).toHaveLength(1)
  await clock.advance(36_000)
  expect(await shop.ensure(id)).toMatchObject({ account: { userId: id, adopted: false } })
  expect(posts()).toHaveLength(2)
})

test('a 500 of the panel itself: looked up, then sent again', async () => {
  const id = await shop.customer('deadlock@example.com')
  faults.add({ system: 'panel', kind: 'error_before', status: 500, match: 'POST /api/application/users', times: 2 })
  const { account, callsMade } = await shop.ensure(id)
  expect(account.adopted).toBe(false)
  expect(posts()).toEqual(['POST /users 500', 'POST /users 500', 'POST /users 201'])
  expect(callsMade).toBe(calls.length)
})

test('a user name that is taken: another one, without a look at anybody', async () => {
  const id = await shop.customer('unlucky@example.com')
  expect((await shop.ensureUnlucky(id, 'JOANNA')).account.panelUsername).toMatch(/^unlucky-/)
  expect(calls).toEqual(['POST /users 422', 'POST /users 201'])
})

test('refused for our key: nothing is tried twice, nothing is left behind', async () => {
  const id = await shop.customer('keyless@example.com')
  faults.add({ system: 'panel', kind: 'key_refused' })
  await expect(shop.ensure(id)).rejects.toMatchObject({ kind: 'denied' })
  expect(posts()).toHaveLength(1)
  faults.clear()
  expect(await shop.ensure(id)).toMatchObject({ callsMade: 1 })
})

test('the lease of a process that was killed ends by itself', async () => {
  const id = await shop.customer('patient@example.com')
  const until = later(clock.now(), 300)
  await db.q.updateTable('panel_user_lease').set({ holder: '00000000-0000-4000-8000-000000000000', expires_at: until }).execute()
  await shop.ensure(id)
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(until.getTime())
  const lease = await db.q.selectFrom('panel_user_lease').selectAll().executeTakeFirstOrThrow()
  expect([lease.holder, await db.q.selectFrom('panel_user_attempts').selectAll().execute()]).toEqual([null, []])
})

async function logIn(user: string, password: string | null): Promise<boolean> {
  const answer = await fetch(`${shop.server.url}/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({ user, password: password ?? '' }),
  })
  return (await answer.text()).includes('Logged in as')
}
