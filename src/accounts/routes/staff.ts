import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../../kit/contract.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { addStaff, removeStaff } from '../add-staff.ts'
import type { Auth } from '../auth.ts'
import { StaffAdded, StaffAsk, StaffList, StaffMember, WhyAsk } from '../contract.ts'
import { endOneSession, endSessionsOf } from '../end-sessions.ts'
import { listStaff, presentStaff } from '../list-staff.ts'
import { resetSecondFactor } from '../reset-second-factor.ts'
import { requireUser } from '../store/users.ts'

const tags = ['operations']
const middleware = [staffOnly('admin')]
const params = z.object({ id: Uuid })
const member = { 200: json(StaffMember, 'The person as it is now'), ...problems }
const list = createRoute({
  method: 'get',
  path: '/api/ops/staff',
  tags,
  summary: 'Everybody with a role, and their sessions',
  middleware,
  responses: { 200: json(StaffList, 'All staff'), ...problems },
})
const add = createRoute({
  method: 'post',
  path: '/api/ops/staff',
  tags,
  summary: 'Give somebody a role; who has no account is invited by mail',
  middleware,
  request: jsonBody(StaffAsk),
  responses: { 200: json(StaffAdded, 'The person as it is now'), ...problems },
})
const onMember = (verb: string, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/ops/staff/{id}/${verb}`,
    tags,
    summary,
    middleware,
    request: { params, ...jsonBody(WhyAsk) },
    responses: member,
  })
const remove = onMember('revoke', 'Take the role away and sign the person out; never from the last administrator')
const reset = onMember('reset-second-factor', 'Forget the second factor of somebody who lost it, and sign them out')
const endAll = onMember('end-sessions', 'Sign somebody out everywhere')
const endOne = createRoute({
  method: 'post',
  path: '/api/ops/sessions/{id}/revoke',
  tags,
  summary: 'End one session of anybody',
  middleware,
  request: { params, ...jsonBody(WhyAsk) },
  responses: { 200: json(StaffList, 'All staff'), ...problems },
})

export const staffRoutes = (world: Pick<World, 'db' | 'now'>, auth: Auth): Router =>
  newRouter()
    .openapi(list, async (c) => c.json({ staff: await listStaff(world) }, 200))
    .openapi(add, async (c) => {
      const { email, role, reason } = c.req.valid('json')
      const { user, invited } = await addStaff(world, auth, { by: actorOf(c), email, role, why: reason, requestId: c.var.requestId })
      return c.json({ ...(await presentStaff(world, user)), invited }, 200)
    })
    .openapi(remove, async (c) => {
      const ask = { by: actorOf(c), userId: c.req.valid('param').id, why: c.req.valid('json').reason, requestId: c.var.requestId }
      return c.json(await presentStaff(world, await removeStaff(world, ask)), 200)
    })
    .openapi(reset, async (c) => {
      const ask = { by: actorOf(c), userId: c.req.valid('param').id, ...c.req.valid('json'), requestId: c.var.requestId }
      return c.json(await presentStaff(world, await resetSecondFactor(world, ask)), 200)
    })
    .openapi(endAll, async (c) => {
      const { id: userId } = c.req.valid('param')
      await endSessionsOf(world, { by: actorOf(c), userId, why: c.req.valid('json').reason, requestId: c.var.requestId })
      return c.json(await presentStaff(world, await requireUser(world.db.q, userId)), 200)
    })
    .openapi(endOne, async (c) => {
      const { id } = c.req.valid('param')
      await endOneSession(world, { by: actorOf(c), id, why: c.req.valid('json').reason, requestId: c.var.requestId })
      return c.json({ staff: await listStaff(world) }, 200)
    })
