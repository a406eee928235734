import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { PageAsk, Uuid } from '../../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { changePlan } from '../change-plan.ts'
import { OpsOrderDetail, OpsOrderPage, OpsOrderQuery, PlanChangeAsk, PlanChanged, RetryAsk, TimelinePage } from '../contract.ts'
import { presentForOps, readTimeline, searchForOps } from '../present-ops.ts'
import { retryOrder } from '../retry-order.ts'

const tags = ['operations']
const params = z.object({ id: Uuid })

const list = createRoute({
  method: 'get',
  path: '/api/ops/orders',
  tags,
  summary: 'Orders, newest first, with the filters of the runbook',
  middleware: [staffOnly('support')] as const,
  request: { query: OpsOrderQuery },
  responses: { 200: json(OpsOrderPage, 'A page'), ...problems },
})
const one = createRoute({
  method: 'get',
  path: '/api/ops/orders/{id}',
  tags,
  summary: 'Everything about one order, with its timeline',
  middleware: [staffOnly('support')] as const,
  request: { params },
  responses: { 200: json(OpsOrderDetail, 'The order'), ...problems },
})
const timeline = createRoute({
  method: 'get',
  path: '/api/ops/orders/{id}/timeline',
  tags,
  summary: 'What was earlier in an order’s timeline',
  middleware: [staffOnly('support')] as const,
  request: { params, query: PageAsk },
  responses: { 200: json(TimelinePage, 'A page, its oldest entry first'), ...problems },
})
const retry = createRoute({
  method: 'post',
  path: '/api/ops/orders/{id}/retry',
  tags,
  summary: 'Tries an order again at once',
  middleware: [staffOnly('operator')] as const,
  request: { params, ...jsonBody(RetryAsk) },
  responses: { 202: json(OpsOrderDetail, 'It is being tried'), ...problems },
})

const plan = createRoute({
  method: 'post',
  path: '/api/ops/orders/{id}/plan',
  tags,
  summary: 'Gives a delivered server the limits of another plan of its game, and the subscription its price',
  middleware: [staffOnly('operator')] as const,
  request: { params, ...jsonBody(PlanChangeAsk) },
  responses: {
    200: json(PlanChanged, 'It would be done'),
    202: json(PlanChanged, 'It is being done'),
    ...problems,
  },
})

export const opsOrderRoutes = (world: Pick<World, 'db' | 'now'>): Router =>
  newRouter()
    .openapi(list, async (c) => c.json(await searchForOps(world.db.q, c.req.valid('query'), world.now()), 200))
    .openapi(one, async (c) => c.json(await presentForOps(world.db.q, c.req.valid('param').id, actorOf(c)), 200))
    .openapi(timeline, async (c) => c.json(await readTimeline(world.db.q, c.req.valid('param').id, c.req.valid('query')), 200))
    .openapi(retry, async (c) => {
      const { id } = c.req.valid('param')
      const by = actorOf(c)
      await retryOrder(world, { by, orderId: id, reason: c.req.valid('json').reason ?? null, requestId: c.var.requestId })
      return c.json(await presentForOps(world.db.q, id, by), 202)
    })
    .openapi(plan, async (c) => {
      const { id } = c.req.valid('param')
      const { plan_id: planId, reason, dry_run: dryRun } = c.req.valid('json')
      const by = actorOf(c)
      const { did } = await changePlan(world, { by, orderId: id, planId, reason, dryRun, requestId: c.var.requestId })
      return c.json({ did, dryRun, order: await presentForOps(world.db.q, id, by) }, dryRun ? 200 : 202)
    })
