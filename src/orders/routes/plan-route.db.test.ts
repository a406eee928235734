import { expect, test } from 'vitest'
import { sellingWorld } from '../../../test/kit/selling.ts'
import type { Actor } from '../../kit/actor.ts'
import { asFailure } from '../../kit/failure.ts'
import { silentLog } from '../../kit/log.ts'
import { newRouter } from '../../kit/routes.ts'
import { PlanChanged } from '../contract.ts'
import { lockOrder, saveOrder } from '../index.ts'
import { opsOrderRoutes } from './index.ts'

const shop = await sellingWorld()
await shop.db.byHand(`
  insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('mc-4', 'mc-paper', '4 GB', 4, 2, 20), ('mc-128', 'mc-paper', '128 GB', 128, 2, 20);
  insert into plan_prices values ('mc-4', 'monthly', 'usd', 1199, 'price_4'), ('mc-128', 'monthly', 'usd', 9999, 'price_128')`)
const operator: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }

const ask = async (actor: Actor, id: string, body: object) => {
  const app = newRouter()
  app.use(async (c, next) => {
    c.set('actor', actor)
    c.set('requestId', 'req-1')
    c.set('log', silentLog)
    await next()
  })
  app.onError((thrown, c) => {
    const { code, status } = asFailure(thrown)
    return c.json({ type: code }, status as 400)
  })
  app.route('/', opsOrderRoutes(shop.world))
  const headers = { 'content-type': 'application/json' }
  const answer = await app.request(`/api/ops/orders/${id}/plan`, { method: 'POST', body: JSON.stringify(body), headers })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

test('an operator changes a plan: on trial, then in earnest; what cannot be is refused with its name', async () => {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  const body = { plan_id: 'mc-4', reason: 'asked for' }
  expect(await ask(operator, id, body)).toEqual({ status: 409, body: { type: 'orders.plan_not_changeable' } })
  await shop.db.tx(async (tx) =>
    saveOrder(tx, await lockOrder(tx, id), { status: 'provisioned' }, { title: 'Set', by: 'test', at: shop.now() }),
  )
  expect(await ask({ ...operator, role: 'support' }, id, body)).toMatchObject({ status: 403 })
  expect(await ask(operator, id, { plan_id: 'mc-4' })).toMatchObject({ status: 400 })
  expect(await ask(operator, id, { ...body, plan_id: 'none' })).toEqual({ status: 400, body: { type: 'orders.plan_not_sold' } })
  expect(await ask(operator, id, { ...body, plan_id: 'mc-128' })).toEqual({ status: 409, body: { type: 'fleet.no_room_on_node' } })
  const trial = await ask(operator, id, { ...body, dry_run: true })
  expect(trial.status).toBe(200)
  expect(PlanChanged.parse(trial.body)).toMatchObject({ dryRun: true, order: { planId: 'mc-2', planChange: null } })
  const done = await ask(operator, id, body)
  expect(done.status).toBe(202)
  expect(PlanChanged.parse(done.body)).toMatchObject({
    did: expect.stringMatching(/2 GB RAM and 10 GB disk more/),
    order: { planId: 'mc-4', planChange: { from: 'mc-2', to: 'mc-4', resizedAt: null, pricedAt: null }, reservation: { ramMb: 4096 } },
  })
  const audit = await shop.db.q.selectFrom('audit_log').select(['did', 'why', 'request_id']).where('target_id', '=', id).execute()
  expect(audit).toEqual([{ did: 'orders.change_plan', why: 'asked for', request_id: 'req-1' }])
})
