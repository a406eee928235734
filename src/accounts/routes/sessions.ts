import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../../kit/contract.ts'
import { type Ctx, json, newRouter, personOf, problems, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { SessionList } from '../contract.ts'
import { endOneSession, endSessionsOf } from '../end-sessions.ts'
import { presentSession } from '../list-staff.ts'
import { sessionsOf } from '../store/sessions.ts'

const tags = ['accounts']
const responses = { 200: json(SessionList, 'What is open, newest first'), ...problems }
const list = createRoute({ method: 'get', path: '/api/sessions', tags, summary: 'Where I am signed in', responses })
const endOne = createRoute({
  method: 'post',
  path: '/api/sessions/{id}/revoke',
  tags,
  summary: 'Sign out one of my sessions',
  request: { params: z.object({ id: Uuid }) },
  responses,
})
const endOthers = createRoute({
  method: 'post',
  path: '/api/sessions/revoke-others',
  tags,
  summary: 'Sign out everywhere but here',
  responses,
})

/** A person's own sessions; another's id is as unknown as one that never was. */
export const sessionRoutes = (world: Pick<World, 'db' | 'now'>): Router => {
  const mine = async (c: Ctx) => {
    const found = await sessionsOf(world.db.q, [personOf(c).id], world.now())
    return { sessions: found.map((one) => presentSession(one, c.var.sessionId)) }
  }
  return newRouter()
    .openapi(list, async (c) => c.json(await mine(c), 200))
    .openapi(endOne, async (c) => {
      const by = personOf(c)
      await endOneSession(world, { by, userId: by.id, id: c.req.valid('param').id, requestId: c.var.requestId })
      return c.json(await mine(c), 200)
    })
    .openapi(endOthers, async (c) => {
      const by = personOf(c)
      await endSessionsOf(world, { by, userId: by.id, but: c.var.sessionId, requestId: c.var.requestId })
      return c.json(await mine(c), 200)
    })
}
