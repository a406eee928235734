import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { FindingPage, FindingQuery, FindingRepair, FindingRepaired, FindingResolve, FindingView } from './contract.ts'
import { findingMissing } from './errors.ts'
import { presentFinding, searchFindings } from './present-findings.ts'
import { type Repairs, repairFinding } from './repair-finding.ts'
import { resolveByHand } from './resolve-finding.ts'
import { findingById } from './store/findings.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/ops/findings',
  tags: ['operations'],
  summary: 'What is wrong, newest first',
  middleware: [staffOnly('support')] as const,
  request: { query: FindingQuery },
  responses: { 200: json(FindingPage, 'One page of findings'), ...problems },
})

const oneRoute = createRoute({
  method: 'get',
  path: '/api/ops/findings/{id}',
  tags: ['operations'],
  summary: 'One finding: what was seen, what mends it',
  middleware: [staffOnly('support')] as const,
  request: { params: z.object({ id: Uuid }) },
  responses: { 200: json(FindingView, 'The finding'), ...problems },
})

const resolveRoute = createRoute({
  method: 'post',
  path: '/api/ops/findings/{id}/resolve',
  tags: ['operations'],
  summary: 'Say that a finding is mended, and why',
  middleware: [staffOnly('operator')] as const,
  request: { params: z.object({ id: Uuid }), ...jsonBody(FindingResolve) },
  responses: { 200: json(FindingView, 'The finding, resolved'), ...problems },
})

const repairRoute = createRoute({
  method: 'post',
  path: '/api/ops/findings/{id}/repair',
  tags: ['operations'],
  summary: 'Have a finding repaired, or be told what that would do',
  middleware: [staffOnly('operator')] as const,
  request: { params: z.object({ id: Uuid }), ...jsonBody(FindingRepair) },
  responses: { 200: json(FindingRepaired, 'What was done'), ...problems },
})

export const findingRoutes = (world: Pick<World, 'db' | 'now'>): Router =>
  newRouter()
    .openapi(listRoute, async (c) => c.json(await searchFindings(world.db.q, c.req.valid('query')), 200))
    .openapi(oneRoute, async (c) => {
      const finding = await findingById(world.db.q, c.req.valid('param').id)
      if (!finding) throw findingMissing()
      return c.json(presentFinding(finding), 200)
    })
    .openapi(resolveRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { reason } = c.req.valid('json')
      const finding = await resolveByHand(world, { by: actorOf(c), id, reason, requestId: c.var.requestId })
      return c.json(presentFinding(finding), 200)
    })

/** @param repairs of all rooms, by kind: the rooms stand to the right of this one, so the door brings them */
export const findingRepairRoutes = <W extends Pick<World, 'db' | 'now'>>(world: W, repairs: Repairs<W>): Router =>
  newRouter().openapi(repairRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { reason, dry_run: dryRun, way = null } = c.req.valid('json')
    const ask = { by: actorOf(c), id, reason, way, dryRun, requestId: c.var.requestId }
    const { finding, did, mended } = await repairFinding(world, repairs, ask)
    return c.json({ finding: presentFinding(finding), dryRun, did, mended }, 200)
  })
