import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { GameView, ShopView } from '../../catalog/contract.ts'
import { json, newRouter, problems, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { presentGame, presentShop } from '../present-shop.ts'

const shop = createRoute({
  method: 'get',
  path: '/api/shop',
  tags: ['shop'],
  summary: 'What is sold, and whether there is room',
  responses: { 200: json(ShopView, 'The shop'), ...problems },
})
const game = createRoute({
  method: 'get',
  path: '/api/games/{id}',
  tags: ['shop'],
  summary: 'One game with its plans, prices and regions',
  request: { params: z.object({ id: z.string().min(1).max(100) }) },
  responses: { 200: json(GameView, 'The game'), ...problems },
})

export const shopRoutes = (world: Pick<World, 'db' | 'now' | 'shop'>): Router =>
  newRouter()
    .openapi(shop, async (c) => c.json(await presentShop(world), 200))
    .openapi(game, async (c) => c.json(await presentGame(world, c.req.valid('param').id), 200))
