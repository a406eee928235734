import { type Auth, createAuth } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import { post } from '../messages/index.ts'
import type { World } from '../world.ts'

/** Sign-in and sessions; its mails go into the outbox. */
export const authOf = (world: World, config: Pick<Config, 'authSecret' | 'signUpsPerMinute'>): Auth =>
  createAuth(world, { secret: config.authSecret, signUpsPerMinute: config.signUpsPerMinute, post })
