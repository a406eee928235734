import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import type { Queries } from '../db/index.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { NodeList, NodePatch } from './contract.ts'
import { setNode } from './set-node.ts'
import { nodeViews } from './store/nodes.ts'
import { syncFleet } from './sync-fleet.ts'

/** PostgreSQL's `int`. */
const INT_MAX = 2 ** 31 - 1
const nodeList = { 200: json(NodeList, 'Every node with its figures') }
const list = createRoute({
  method: 'get',
  path: '/api/ops/nodes',
  middleware: [staffOnly('support')],
  responses: { ...nodeList, ...problems },
})
const sync = createRoute({
  method: 'post',
  path: '/api/ops/nodes/sync',
  middleware: [staffOnly('operator')],
  responses: { ...nodeList, ...problems },
})
const patch = createRoute({
  method: 'patch',
  path: '/api/ops/nodes/{id}',
  middleware: [staffOnly('operator')],
  request: { params: z.object({ id: z.coerce.number().int().positive().max(INT_MAX) }), ...jsonBody(NodePatch) },
  responses: { ...nodeList, ...problems },
})

/** The operators' nodes: figures, sync with the panel, in and out of sale. Each answer is the whole list. */
export const fleetRoutes = (world: Pick<World, 'db' | 'panel' | 'now'>): Router =>
  newRouter()
    .openapi(list, async (c) => c.json(await presentNodes(world.db.q), 200))
    .openapi(sync, async (c) => {
      await syncFleet(world, c.req.raw.signal)
      return c.json(await presentNodes(world.db.q), 200)
    })
    .openapi(patch, async (c) => {
      const { reason, enabled, reservedHeadroomGb } = c.req.valid('json')
      await setNode(world, {
        by: actorOf(c),
        nodeId: c.req.valid('param').id,
        reason,
        ...(enabled === undefined ? {} : { enabled }),
        ...(reservedHeadroomGb === undefined ? {} : { reservedHeadroomGb }),
        requestId: c.var.requestId,
      })
      return c.json(await presentNodes(world.db.q), 200)
    })

const presentNodes = async (q: Queries): Promise<NodeList> => ({
  nodes: (await nodeViews(q)).map((node) => ({ ...node, syncedAt: node.syncedAt?.toISOString() ?? null })),
})
