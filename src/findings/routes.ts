import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../kit/routes.ts'
import type { World } from '../world.ts'
import { FindingPage, FindingRepair, FindingRepaired, FindingResolve, FindingView } from './contract.ts'
import { type Repairs, repairFinding } from './repair-finding.ts'
import { resolveByHand } from './resolve-finding.ts'
import { readCursor, writeCursor } from './rules.ts'
import { type Finding, listFindings } from './store.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/ops/findings',
  tags: ['operations'],
  summary: 'What is wrong, newest first',
  middleware: [staffOnly('support')] as const,
  request: {
    query: z.object({
      status: z.enum(['open', 'resolved']).optional(),
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { 200: json(FindingPage, 'One page of findings'), ...problems },
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
    .openapi(listRoute, async (c) => {
      const { status, cursor, limit } = c.req.valid('query')
      const after = cursor === undefined ? null : readCursor(cursor)
      const found = await listFindings(world.db.q, { ...(status ? { status } : {}), after, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const nextCursor = found.length > limit && last ? writeCursor({ openedAt: last.opened_at, id: last.id }) : null
      return c.json({ items: page.map(presentFinding), nextCursor }, 200)
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

const presentFinding = (row: Finding): FindingView => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  subjectType: row.subject_type,
  subjectId: row.subject_id,
  summary: row.summary,
  remedy: row.remedy,
  evidence: row.evidence,
  status: row.status,
  timesSeen: row.times_seen,
  openedAt: row.opened_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  resolvedBy: row.resolved_by,
})
