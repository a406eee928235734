import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import type { Queries } from '../db/index.ts'
import { PageAsk } from '../kit/contract.ts'
import { readNumber, writeNumber } from '../kit/cursor.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { NodeList, NodePatch } from './contract.ts'
import { setNode } from './set-node.ts'
import { type NodeRow, nodeViews } from './store/nodes.ts'
import { syncFleet } from './sync-fleet.ts'

/** PostgreSQL's `int`. */
const INT_MAX = 2 ** 31 - 1
const nodeList = { 200: json(NodeList, 'Nodes with their figures') }
const list = createRoute({
  method: 'get',
  path: '/api/ops/nodes',
  middleware: [staffOnly('support')],
  request: { query: PageAsk },
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

/** The operators' nodes: figures, sync with the panel, in and out of sale. A sync answers with the first page, a change with that node. */
export const fleetRoutes = (world: Pick<World, 'db' | 'panel' | 'now'>): Router =>
  newRouter()
    .openapi(list, async (c) => c.json(await nodePage(world.db.q, c.req.valid('query')), 200))
    .openapi(sync, async (c) => {
      await syncFleet(world, c.req.raw.signal)
      return c.json(await nodePage(world.db.q, PageAsk.parse({})), 200)
    })
    .openapi(patch, async (c) => {
      const nodeId = c.req.valid('param').id
      const { reason, enabled, reservedHeadroomGb } = c.req.valid('json')
      await setNode(world, {
        by: actorOf(c),
        nodeId,
        reason,
        ...(enabled === undefined ? {} : { enabled }),
        ...(reservedHeadroomGb === undefined ? {} : { reservedHeadroomGb }),
        requestId: c.var.requestId,
      })
      return c.json({ nodes: (await nodeViews(world.db.q, { id: nodeId })).map(presentNode), nextCursor: null }, 200)
    })

async function nodePage(q: Queries, { cursor, limit }: PageAsk): Promise<NodeList> {
  const found = await nodeViews(q, { after: cursor ? readNumber(cursor) : null, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { nodes: page.map(presentNode), nextCursor: found.length > page.length && last ? writeNumber(last.id) : null }
}

const presentNode = (node: NodeRow) => ({ ...node, syncedAt: node.syncedAt?.toISOString() ?? null })
