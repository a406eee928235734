import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { ensurePanelAccount } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { openFinding, resolveFinding } from '../findings/index.ts'
import type { Actor } from '../kit/actor.ts'
import { Uuid } from '../kit/contract.ts'
import { actorOf, type Ctx, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { CustomerPage, CustomerQuery, CustomerView, MessageAsk, MessageShown, NoteAsk, PanelDone, PanelTest, WhyAsk } from './contract.ts'
import { sendByHand, testPanel, writeNote } from './deeds.ts'
import { findCustomers, showCustomer } from './show-customer.ts'

const tags = ['operations']
const params = z.object({ id: Uuid })
const support = [staffOnly('support')]
const operator = [staffOnly('operator')]
const path = '/api/ops/customers/{id}' as const

const list = createRoute({
  method: 'get',
  path: '/api/ops/customers',
  tags,
  summary: 'Customers, by e-mail, name, or an id of any kind',
  middleware: support,
  request: { query: CustomerQuery },
  responses: { 200: json(CustomerPage, 'A page, newest first'), ...problems },
})
const one = createRoute({
  method: 'get',
  path,
  tags,
  summary: 'One customer: orders, payments, panel account, mails, notes',
  middleware: support,
  request: { params },
  responses: { 200: json(CustomerView, 'The customer'), ...problems },
})
const note = createRoute({
  method: 'post',
  path: `${path}/notes`,
  tags,
  summary: 'Writes a note for staff',
  middleware: support,
  request: { params, ...jsonBody(NoteAsk) },
  responses: { 200: json(CustomerView, 'The customer'), ...problems },
})
const message = createRoute({
  method: 'post',
  path: `${path}/messages`,
  tags,
  summary: 'Shows or sends one of the fixed mails',
  middleware: support,
  request: { params, ...jsonBody(MessageAsk) },
  responses: { 200: json(MessageShown, 'The mail'), ...problems },
})
const test = createRoute({
  method: 'post',
  path: `${path}/panel/test`,
  tags,
  summary: 'Asks the panel for the account and who owns the servers; changes nothing',
  middleware: support,
  request: { params },
  responses: { 200: json(PanelTest, 'What the panel says'), ...problems },
})
const sync = createRoute({
  method: 'post',
  path: `${path}/panel/sync`,
  tags,
  summary: 'Makes or finds the panel account; a new one’s password is shown once',
  middleware: support,
  request: { params, ...jsonBody(WhyAsk) },
  responses: { 200: json(PanelDone, 'The account'), ...problems },
})
const reset = createRoute({
  method: 'post',
  path: `${path}/panel/reset-password`,
  tags,
  summary: 'A new panel password, shown once; never an administrator’s',
  middleware: operator,
  request: { params, ...jsonBody(WhyAsk) },
  responses: { 200: json(PanelDone, 'The account'), ...problems },
})

type CustomersWorld = Pick<World, 'db' | 'panel' | 'now' | 'shop'>

async function account(world: CustomersWorld, ask: { by: Actor; userId: string; reason: string; resetPassword: boolean }) {
  const { by, userId, reason, resetPassword } = ask
  const done = await ensurePanelAccount(world, {
    ...{ userId, by, resetPassword, call: { share: 'staff' as const }, withPassword: resetPassword },
    findings: { openFinding, resolveFinding },
  })
  await world.db.tx((tx) =>
    record(tx, {
      by,
      did: resetPassword ? 'customers.reset_panel_password' : 'customers.sync_panel_account',
      to: { type: 'user', id: userId },
      why: reason,
      at: world.now(),
    }),
  )
  return { pterodactylUserId: done.account.pterodactylUserId, username: done.account.panelUsername, password: done.password }
}

export const customerRoutes = (world: CustomersWorld): Router => {
  const shown = (id: string) => showCustomer(world.db.q, id, world.now())
  const by = (c: Ctx) => ({ by: actorOf(c), requestId: c.var.requestId })
  return newRouter()
    .openapi(list, async (c) => c.json(await findCustomers(world.db.q, c.req.valid('query')), 200))
    .openapi(one, async (c) => c.json(await shown(c.req.valid('param').id), 200))
    .openapi(note, async (c) => {
      const { id: userId } = c.req.valid('param')
      await writeNote(world, { ...by(c), userId, ...c.req.valid('json') })
      return c.json(await shown(userId), 200)
    })
    .openapi(message, async (c) => {
      const { template, order_id: orderId, dry_run: dryRun } = c.req.valid('json')
      return c.json(await sendByHand(world, { ...by(c), userId: c.req.valid('param').id, template, orderId, dryRun }), 200)
    })
    .openapi(test, async (c) => {
      const { id } = await shown(c.req.valid('param').id)
      return c.json(await testPanel(world, id), 200)
    })
    .openapi(sync, async (c) => {
      const ask = { by: actorOf(c), userId: c.req.valid('param').id, ...c.req.valid('json'), resetPassword: false }
      return c.json(await account(world, ask), 200)
    })
    .openapi(reset, async (c) => {
      const ask = { by: actorOf(c), userId: c.req.valid('param').id, ...c.req.valid('json'), resetPassword: true }
      return c.json(await account(world, ask), 200)
    })
}
