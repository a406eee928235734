import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../../kit/contract.ts'
import { readPlace, writePlace } from '../../kit/cursor.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { aboutAlert, acknowledgeAlert, silence, unsilence } from '../acknowledge-alert.ts'
import { changeRule } from '../change-rule.ts'
import { AcknowledgeAsk, AlertPage, AlertQuery, AlertView, DigestList, RuleList, RulePatch, SilenceAsk } from '../contract.ts'
import { noSuchAlert } from '../errors.ts'
import { presentAlerts, presentRules } from '../present-alerts.ts'
import { alertById, listAlerts } from '../store/alerts.ts'
import { listDigests } from '../store/digests.ts'
import { silencesAt } from '../store/rules.ts'

const tags = ['alerts']
const id = { params: z.object({ id: Uuid }) }
const ruleId = { params: z.object({ id: z.string().regex(/^[a-z0-9_]{1,60}$/) }) }
const support = { tags, middleware: [staffOnly('support')] }
const operator = { tags, middleware: [staffOnly('operator')] }
const oneAlert = { 200: json(AlertView, 'The alert, as it is now'), ...problems }
const allRules = { 200: json(RuleList, 'Every rule, critical ones first'), ...problems }

const list = createRoute({
  ...support,
  method: 'get',
  path: '/api/ops/alerts',
  summary: 'What fires, and what did: newest first',
  request: { query: AlertQuery },
  responses: { 200: json(AlertPage, 'One page'), ...problems },
})
const acknowledge = createRoute({
  ...support,
  method: 'post',
  path: '/api/ops/alerts/{id}/acknowledge',
  summary: 'Say that somebody is on it',
  request: { ...id, ...jsonBody(AcknowledgeAsk) },
  responses: oneAlert,
})
const silenceAlert = createRoute({
  ...operator,
  method: 'post',
  path: '/api/ops/alerts/{id}/silence',
  summary: 'Tell nobody of this rule and subject for a while',
  request: { ...id, ...jsonBody(SilenceAsk) },
  responses: oneAlert,
})
const unsilenceAlert = createRoute({
  ...operator,
  method: 'post',
  path: '/api/ops/alerts/{id}/unsilence',
  summary: 'End that before its time',
  request: { ...id },
  responses: oneAlert,
})
const rules = createRoute({
  ...support,
  method: 'get',
  path: '/api/ops/alert-rules',
  summary: 'When alerts fire',
  responses: allRules,
})
const patchRule = createRoute({
  tags,
  middleware: [staffOnly('admin')],
  method: 'patch',
  path: '/api/ops/alert-rules/{id}',
  summary: 'Change a threshold, or switch a rule off or on',
  request: { ...ruleId, ...jsonBody(RulePatch) },
  responses: allRules,
})
const silenceRule = createRoute({
  ...operator,
  method: 'post',
  path: '/api/ops/alert-rules/{id}/silence',
  summary: 'Tell nobody of whatever this rule finds, for a while',
  request: { ...ruleId, ...jsonBody(SilenceAsk) },
  responses: allRules,
})
const unsilenceRule = createRoute({
  ...operator,
  method: 'post',
  path: '/api/ops/alert-rules/{id}/unsilence',
  summary: 'End that before its time',
  request: { ...ruleId },
  responses: allRules,
})
const digests = createRoute({
  ...support,
  method: 'get',
  path: '/api/ops/digests',
  summary: 'The daily summaries of the last 30 days, newest first',
  responses: { 200: json(DigestList, 'As they were sent'), ...problems },
})

const DIGESTS_MAX = 30

export function alertRoutes(world: Pick<World, 'db' | 'now'>): Router {
  const { q } = world.db
  const shown = async (alertId: string) => {
    const [alert, silences] = await Promise.all([alertById(q, alertId), silencesAt(q, world.now())])
    if (!alert) throw noSuchAlert()
    const [view] = await presentAlerts(q, [alert], silences)
    if (!view) throw noSuchAlert()
    return view
  }
  const allOfThem = async () => ({ rules: await presentRules(world) })
  return newRouter()
    .openapi(list, async (c) => {
      const { state, cursor, limit } = c.req.valid('query')
      const after = cursor === undefined ? null : readPlace(cursor)
      const [found, silences] = await Promise.all([listAlerts(q, { state, after, limit: limit + 1 }), silencesAt(q, world.now())])
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const nextCursor = found.length > limit && last?.fired_at ? writePlace({ at: last.fired_at, id: last.id }) : null
      return c.json({ items: await presentAlerts(q, page, silences), nextCursor }, 200)
    })
    .openapi(acknowledge, async (c) => {
      const { note = null } = c.req.valid('json')
      await acknowledgeAlert(world, { by: actorOf(c), id: c.req.valid('param').id, note, requestId: c.var.requestId })
      return c.json(await shown(c.req.valid('param').id), 200)
    })
    .openapi(silenceAlert, async (c) => {
      const about = await aboutAlert(world, c.req.valid('param').id)
      await silence(world, { ...about, ...c.req.valid('json'), by: actorOf(c), requestId: c.var.requestId })
      return c.json(await shown(c.req.valid('param').id), 200)
    })
    .openapi(unsilenceAlert, async (c) => {
      const about = await aboutAlert(world, c.req.valid('param').id)
      await unsilence(world, { ...about, by: actorOf(c), requestId: c.var.requestId })
      return c.json(await shown(c.req.valid('param').id), 200)
    })
    .openapi(rules, async (c) => c.json(await allOfThem(), 200))
    .openapi(patchRule, async (c) => {
      await changeRule(world, { ...c.req.valid('json'), id: c.req.valid('param').id, by: actorOf(c), requestId: c.var.requestId })
      return c.json(await allOfThem(), 200)
    })
    .openapi(silenceRule, async (c) => {
      await silence(world, {
        ruleId: c.req.valid('param').id,
        subject: '',
        ...c.req.valid('json'),
        by: actorOf(c),
        requestId: c.var.requestId,
      })
      return c.json(await allOfThem(), 200)
    })
    .openapi(unsilenceRule, async (c) => {
      await unsilence(world, { ruleId: c.req.valid('param').id, subject: '', by: actorOf(c), requestId: c.var.requestId })
      return c.json(await allOfThem(), 200)
    })
    .openapi(digests, async (c) => {
      const found = await listDigests(q, DIGESTS_MAX)
      return c.json({ digests: found.map(({ day, lines, made_at: madeAt }) => ({ day, lines, madeAt: madeAt.toISOString() })) }, 200)
    })
}
