import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { panelAndShop } from '../../test/kit/panel-and-shop.ts'
import type { Actor } from '../kit/actor.ts'
import { ensureStripeCustomer, externalAccountOf } from './index.ts'

const db = await testDb()
const shop = await panelAndShop(db)
beforeEach(() => {
  shop.calls.length = 0
})

const logIn = async (user: string, password: string | null) => {
  const answer = await fetch(`${shop.server.url}/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({ user, password: password ?? '' }),
  })
  return (await answer.text()).includes('Logged in as')
}
const user = (id: string, role: Actor['role']): Actor => ({ kind: 'user', id, role })

test('a new account’s password is told once and kept nowhere', async () => {
  const id = await shop.customer('anna@example.com')
  const { account, password } = await shop.ensure(id, { withPassword: true })
  expect(await logIn(account.panelUsername, password)).toBe(true)
  expect(await logIn(account.panelUsername, 'another password')).toBe(false)
  const rows = await db.byHand(
    `select row_to_json(t)::text as row from (select a::text from audit_log a union all select e::text from external_accounts e union all select p::text from panel_user_attempts p) t`,
  )
  expect(JSON.stringify(rows.rows)).not.toContain(password)
})

test('the service key resets it; the customer and support do not', async () => {
  const id = await shop.customer('reset@example.com')
  const first = await shop.ensure(id, { withPassword: true })
  for (const by of [user(id, 'customer'), user('somebody', 'support')])
    await expect(shop.ensure(id, { resetPassword: true, by })).rejects.toMatchObject({ code: 'accounts.reset_not_allowed', kind: 'denied' })
  const { account, password } = await shop.ensure(id, { resetPassword: true })
  expect(await logIn(account.panelUsername, first.password)).toBe(false)
  expect(await logIn(account.panelUsername, password)).toBe(true)
  const deeds = await db.q.selectFrom('audit_log').select('actor_id').where('did', '=', 'accounts.reset_panel_password').execute()
  expect(deeds).toEqual([{ actor_id: 'service_role' }])
})

test('who became an administrator of the panel is reset by nobody', async () => {
  const id = await shop.customer('risen@example.com')
  const { account, password } = await shop.ensure(id, { withPassword: true })
  const found = await shop.panel.userById(shop.call, account.pterodactylUserId)
  const { email, username } = found ?? {}
  await fetch(`${shop.server.url}/api/application/users/${account.pterodactylUserId}`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer ptla_sandbox_application_key', accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ email, username, first_name: 'A', last_name: 'B', root_admin: true }),
  })
  await expect(shop.ensure(id, { resetPassword: true })).rejects.toMatchObject({ code: 'accounts.panel_administrator', kind: 'denied' })
  expect(await logIn(account.panelUsername, password)).toBe(true)
})

test('an account that is gone from the panel is made anew', async () => {
  const id = await shop.customer('gone@example.com')
  const before = await shop.ensure(id)
  await fetch(`${shop.server.url}/api/application/users/${before.account.pterodactylUserId}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer ptla_sandbox_application_key', accept: 'application/json' },
  })
  const after = await shop.ensure(id, { resetPassword: true })
  expect(after.account.pterodactylUserId).not.toBe(before.account.pterodactylUserId)
  expect(await logIn(after.account.panelUsername, after.password)).toBe(true)
  expect(await externalAccountOf(db.q, id)).toEqual(after.account)
})

test('nobody has an account without being a customer', async () => {
  await expect(shop.ensure('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'accounts.no_such_user',
    kind: 'missing',
  })
  expect(shop.calls).toEqual([])
})

test('a customer at Stripe is made once, also by two at once', async () => {
  const id = await shop.customer('payer@example.com')
  const asked: string[] = []
  const stripe = {
    createCustomer: async (_call: object, customer: { userId: string; email: string }) => {
      asked.push(`${customer.userId} ${customer.email}`)
      return { id: 'cus_1' }
    },
  }
  const world = { db, now: shop.clock.now, stripe }
  expect(await Promise.all([ensureStripeCustomer(world, id), ensureStripeCustomer(world, id)])).toEqual(['cus_1', 'cus_1'])
  const before = asked.length
  expect(await ensureStripeCustomer(world, id)).toBe('cus_1')
  expect(asked.length).toBe(before)
  expect(new Set(asked)).toEqual(new Set([`${id} payer@example.com`]))
})
