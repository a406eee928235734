import { newRouter, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import type { Auth } from '../auth.ts'
import { authRoutes } from './auth.ts'
import { keyRoutes } from './keys.ts'
import { meRoutes } from './me.ts'
import { sessionRoutes } from './sessions.ts'
import { staffRoutes } from './staff.ts'

export const accountRoutes = (world: Pick<World, 'db' | 'now' | 'shop'>, auth: Auth): Router =>
  newRouter()
    .route('/', authRoutes(world, auth))
    .route('/', meRoutes(world))
    .route('/', sessionRoutes(world))
    .route('/', keyRoutes(world))
    .route('/', staffRoutes(world, auth))
