import { createRoute } from '@hono/zod-openapi'
import { json, newRouter, problems, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { Me } from '../contract.ts'
import { SECOND_FACTOR_NEEDED } from '../errors.ts'
import { externalAccountOf } from '../store/panel-users.ts'
import { userById } from '../store/users.ts'

const meRoute = createRoute({
  method: 'get',
  path: '/api/me',
  tags: ['accounts'],
  summary: 'Who is signed in',
  responses: { 200: json(Me, 'The signed-in person; null for a stranger'), ...problems },
})

export const meRoutes = (world: Pick<World, 'db'>): Router =>
  newRouter().openapi(meRoute, async (c) => {
    const actor = c.var.actor
    const user = actor?.kind === 'user' ? await userById(world.db.q, actor.id) : null
    if (!user) return c.json({ user: null }, 200)
    const account = await externalAccountOf(world.db.q, user.id)
    const panel = account && {
      pterodactylUserId: account.pterodactylUserId,
      username: account.panelUsername,
      adopted: account.adopted,
      createdAt: account.createdAt.toISOString(),
    }
    const { twoFactorEnabled: enrolled, ...shown } = user
    const secondFactor = { enrolled, due: c.var.refusal?.code === SECOND_FACTOR_NEEDED }
    return c.json({ user: { ...shown, secondFactor, panel } }, 200)
  })
