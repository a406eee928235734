import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { KeyAsk, KeyList, KeyMade, KeyView, WhyAsk } from '../contract.ts'
import { makeKey } from '../make-key.ts'
import { presentKey } from '../present-key.ts'
import { revokeKey } from '../revoke-key.ts'
import { listKeys } from '../store/keys.ts'

const tags = ['operations']
const middleware = [staffOnly('admin')]
const list = createRoute({
  method: 'get',
  path: '/api/ops/keys',
  tags,
  summary: 'API keys, newest first; never their text',
  middleware,
  responses: { 200: json(KeyList, 'All keys'), ...problems },
})
const make = createRoute({
  method: 'post',
  path: '/api/ops/keys',
  tags,
  summary: 'Make an API key; its text is told this once',
  middleware,
  request: jsonBody(KeyAsk),
  responses: { 201: json(KeyMade, 'The key with its text'), ...problems },
})
const revoke = createRoute({
  method: 'post',
  path: '/api/ops/keys/{id}/revoke',
  tags,
  summary: 'End an API key at once',
  middleware,
  request: { params: z.object({ id: Uuid }), ...jsonBody(WhyAsk) },
  responses: { 200: json(KeyView, 'The key, ended'), ...problems },
})

export const keyRoutes = (world: Pick<World, 'db' | 'now'>): Router =>
  newRouter()
    .openapi(list, async (c) => {
      const now = world.now()
      return c.json({ keys: (await listKeys(world.db.q)).map((key) => presentKey(key, now)) }, 200)
    })
    .openapi(make, async (c) => {
      const { name, scopes, expires_in_days: expiresInDays, reason } = c.req.valid('json')
      const made = await makeKey(world, { by: actorOf(c), name, scopes, expiresInDays, reason, requestId: c.var.requestId })
      return c.json({ ...presentKey(made.key, world.now()), key: made.text }, 201)
    })
    .openapi(revoke, async (c) => {
      const ask = { by: actorOf(c), id: c.req.valid('param').id, ...c.req.valid('json'), requestId: c.var.requestId }
      return c.json(presentKey(await revokeKey(world, ask), world.now()), 200)
    })
