import { expect, test } from 'vitest'
import { wholeShop } from '../../test/kit/whole-shop.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import { silentLog } from '../kit/log.ts'
import { newRouter } from '../kit/routes.ts'
import { CustomerPage, CustomerView, MessageShown, PanelDone, PanelTest } from './contract.ts'
import { customerRoutes } from './index.ts'

const shop = await wholeShop()
const support: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'support' }
const operator: Actor = { ...support, role: 'operator' }

async function ask(actor: Actor, path: string, body?: object) {
  const app = newRouter()
  app.use(async (c, next) => {
    c.set('actor', actor)
    c.set('requestId', 'req-1')
    c.set('log', silentLog)
    await next()
  })
  app.onError((thrown, c) => c.json({ type: asFailure(thrown).code }, asFailure(thrown).status as 400))
  app.route('/', customerRoutes(shop.world))
  const sent = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const answer = await app.request(`/api/ops/customers${path}`, sent)
  return { status: answer.status, body: (await answer.json()) as unknown }
}

const by = await shop.person()
const [orderId = ''] = await shop.deliver(1, { by })

test('a customer is found by every id of theirs, by address and by name', async () => {
  const view = CustomerView.parse((await ask(support, `/${by.id}`)).body)
  expect(view).toMatchObject({ orders: 1, items: [{ id: orderId }], payments: [{ amountCents: 1000 }], panel: { adopted: false } })
  expect(view.mails.map((mail) => mail.template)).toContain('server_ready')
  const ids = [by.id, orderId, view.stripeCustomerId, String(view.panel?.pterodactylUserId), view.email, 'cora cust']
  for (const q of ids) {
    const found = CustomerPage.parse((await ask(support, `?q=${encodeURIComponent(q ?? '')}`)).body)
    expect(
      found.items.map((row) => row.id),
      String(q),
    ).toEqual([by.id])
  }
  expect(await ask({ ...support, role: 'customer' }, `/${by.id}`)).toMatchObject({ status: 403 })
})

test('support writes notes; a fixed mail is shown first and goes out once, however often it is sent', async () => {
  const noted = CustomerView.parse((await ask(support, `/${by.id}/notes`, { body: 'Called about the port.' })).body)
  expect(noted.notes).toMatchObject([{ by: support.id, body: 'Called about the port.' }])
  const mail = { template: 'panel_access', order_id: orderId }
  const shown = MessageShown.parse((await ask(support, `/${by.id}/messages`, { ...mail, dry_run: true })).body)
  expect(shown).toMatchObject({ sent: false, text: expect.stringContaining('http://panel.test') })
  for (let n = 0; n < 2; n += 1) expect((await ask(support, `/${by.id}/messages`, mail)).status).toBe(200)
  expect((await shop.mails(orderId)).filter((template) => template === 'panel_access')).toHaveLength(1)
})

test('the panel account: tested by support, its password reset by operators and shown once', async () => {
  expect(PanelTest.parse((await ask(support, `/${by.id}/panel/test`, {})).body)).toMatchObject({ well: true })
  expect(await ask(support, `/${by.id}/panel/reset-password`, { reason: 'Lost it' })).toMatchObject({ status: 403 })
  const reset = PanelDone.parse((await ask(operator, `/${by.id}/panel/reset-password`, { reason: 'Lost it' })).body)
  expect(reset.password).toMatch(/^\S{12,}$/)
  expect(PanelDone.parse((await ask(support, `/${by.id}/panel/sync`, { reason: 'Asked' })).body).password).toBeNull()
  shop.fault({ kind: 'down' })
  expect(PanelTest.parse((await ask(support, `/${by.id}/panel/test`, {})).body)).toMatchObject({ well: false })
  shop.noFaults()
})
