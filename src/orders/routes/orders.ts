import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { PageAsk, Uuid } from '../../kit/contract.ts'
import { json, newRouter, personOf, problems, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { cancelCheckout } from '../cancel-checkout.ts'
import { OrderList, OrderView } from '../contract.ts'
import { listOrders, lookAtOrder } from '../look-at-order.ts'
import { presentCheckout } from '../present-order.ts'
import { orderEvents } from './order-events.ts'

const tags = ['orders']
const params = z.object({ id: Uuid })

const list = createRoute({
  method: 'get',
  path: '/api/orders',
  tags,
  summary: 'My orders, newest first',
  request: { query: PageAsk },
  responses: { 200: json(OrderList, 'The orders, unpaid checkouts first'), ...problems },
})
const one = createRoute({
  method: 'get',
  path: '/api/orders/{id}',
  tags,
  summary: 'One order of mine, or the checkout that is to become it',
  request: { params, query: z.object({ paid: z.string().max(5).optional() }) },
  responses: { 200: json(OrderView, 'The order'), ...problems },
})
const cancel = createRoute({
  method: 'post',
  path: '/api/checkouts/{id}/cancel',
  tags,
  summary: 'Calls off what is not paid yet',
  request: { params },
  responses: { 200: json(OrderView, 'The checkout, over'), ...problems },
})

export const orderRoutes = (world: Pick<World, 'db' | 'stripe' | 'now' | 'shop'>): Router => {
  const router = newRouter()
    .openapi(list, async (c) => c.json(await listOrders(world, personOf(c), c.req.valid('query')), 200))
    .openapi(one, async (c) => {
      const justPaid = c.req.valid('query').paid !== undefined
      return c.json(await lookAtOrder(world, { by: personOf(c), id: c.req.valid('param').id, justPaid }), 200)
    })
    .openapi(cancel, async (c) => {
      const checkout = await cancelCheckout(world, { by: personOf(c), id: c.req.valid('param').id, signal: c.req.raw.signal })
      return c.json(await presentCheckout(world, checkout), 200)
    })
  router.get('/api/orders/:id/events', orderEvents(world))
  return router
}
