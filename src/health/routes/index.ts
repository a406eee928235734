import { newRouter, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { alertRoutes } from './alerts.ts'
import { channelRoutes } from './channels.ts'
import { figureRoutes } from './figures.ts'

export const healthRoutes = (world: Pick<World, 'db' | 'now' | 'mail' | 'channels' | 'shop' | 'log'>): Router => {
  const router = newRouter()
  for (const routes of [figureRoutes(world), alertRoutes(world), channelRoutes(world)]) router.route('/', routes)
  return router
}
