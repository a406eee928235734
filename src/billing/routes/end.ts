import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { Uuid } from '../../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, personOf, problems, type Router, staffOnly } from '../../kit/routes.ts'
import { CancelAsk, OpsOrderDetail } from '../../orders/contract.ts'
import { presentForOps } from '../../orders/index.ts'
import type { World } from '../../world.ts'
import { EndAnswer, EndAsk, MoneyBackAnswer, UndoEndAsk } from '../contract.ts'
import { endOrder } from '../end-order.ts'
import { takeMoneyBack } from '../money-back.ts'
import { undoEnd } from '../undo-end.ts'

const tags = ['operations']
const params = z.object({ id: Uuid })

const cancel = createRoute({
  method: 'post',
  path: '/api/ops/orders/{id}/cancel',
  tags,
  summary: 'Ends an order, with or without refund and deletion',
  middleware: [staffOnly('operator')] as const,
  request: { params, ...jsonBody(CancelAsk) },
  responses: { 202: json(OpsOrderDetail, 'It is being ended'), ...problems },
})

const end = createRoute({
  method: 'post',
  path: '/api/ops/orders/{id}/end',
  tags,
  summary: 'Ends an order now or with its period, gives money back in full or in part, and says what becomes of the server',
  middleware: [staffOnly('operator')] as const,
  request: { params, ...jsonBody(EndAsk) },
  responses: { 200: json(EndAnswer, 'It would be done'), 202: json(EndAnswer, 'It is being done'), ...problems },
})
const undo = createRoute({
  method: 'post',
  path: '/api/ops/orders/{id}/undo-end',
  tags,
  summary: 'Takes an end back: all of it until the period is over, the deletion until its instant',
  middleware: [staffOnly('operator')] as const,
  request: { params, ...jsonBody(UndoEndAsk) },
  responses: { 200: json(EndAnswer, 'It would be done'), 202: json(EndAnswer, 'It is being done'), ...problems },
})
const moneyBack = createRoute({
  method: 'post',
  path: '/api/orders/{id}/refund',
  tags: ['orders'],
  summary: 'Not happy in the first 48 hours: ends my order, and all of its money goes back',
  request: { params },
  responses: { 202: json(MoneyBackAnswer, 'It is being done'), ...problems },
})

/** @param settings.refundLimitCents what an operator may give back of one order within a day */
export const endRoutes = (world: Pick<World, 'db' | 'stripe' | 'now'>, settings: { refundLimitCents: number }): Router => {
  const limitCents = settings.refundLimitCents
  return newRouter()
    .openapi(cancel, async (c) => {
      const { id: orderId } = c.req.valid('param')
      const { reason, refund, delete_server: deleteServer } = c.req.valid('json')
      const by = actorOf(c)
      await endOrder(world, {
        when: 'now',
        refund: { kind: refund ? 'full' : 'none' },
        server: { kind: deleteServer ? 'now' : 'keep' },
        ...{ by, orderId, reason, dryRun: false, limitCents, requestId: c.var.requestId },
      })
      return c.json(await presentForOps(world.db.q, orderId, by), 202)
    })
    .openapi(end, async (c) => {
      const { id: orderId } = c.req.valid('param')
      const { dry_run: dryRun, ask_key: askKey, ...ask } = c.req.valid('json')
      const by = actorOf(c)
      const { will } = await endOrder(world, { ...ask, askKey, dryRun, by, orderId, limitCents, requestId: c.var.requestId })
      return c.json({ will, stays: [], dryRun, order: await presentForOps(world.db.q, orderId, by) }, dryRun ? 200 : 202)
    })
    .openapi(undo, async (c) => {
      const { id: orderId } = c.req.valid('param')
      const { reason, dry_run: dryRun } = c.req.valid('json')
      const by = actorOf(c)
      const { did: will, stays } = await undoEnd(world, { by, orderId, reason, dryRun, requestId: c.var.requestId })
      return c.json({ will, stays, dryRun, order: await presentForOps(world.db.q, orderId, by) }, dryRun ? 200 : 202)
    })
    .openapi(moneyBack, async (c) => {
      const { id } = c.req.valid('param')
      const { will } = await takeMoneyBack(world, { by: personOf(c), orderId: id, requestId: c.var.requestId })
      return c.json({ id, will }, 202)
    })
}
