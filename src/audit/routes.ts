import { createRoute } from '@hono/zod-openapi'
import { json, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { AuditQuery, DeedPage } from './contract.ts'
import { readDeeds } from './read-deeds.ts'

const list = createRoute({
  method: 'get',
  path: '/api/ops/audit',
  tags: ['operations'],
  summary: 'Who did what, to what, and why; newest first',
  middleware: [staffOnly('support')] as const,
  request: { query: AuditQuery },
  responses: { 200: json(DeedPage, 'One page of deeds'), ...problems },
})

export const auditRoutes = (world: Pick<World, 'db'>): Router =>
  newRouter().openapi(list, async (c) => c.json(await readDeeds(world.db.q, c.req.valid('query')), 200))
