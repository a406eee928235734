import type { Db } from './db/index.ts'
import type { Log } from './kit/log.ts'
import type { Channels } from './outside/channels/types.ts'
import type { Mail } from './outside/mail/types.ts'
import type { Panel } from './outside/panel/types.ts'
import type { Stripe } from './outside/stripe/types.ts'

/** Facts of this shop that rooms may print. No secrets. */
export interface Shop {
  publicUrl: string
  supportUrl: string
  panelUrl: string
  /** Marks our own objects at Stripe (`metadata.app`). */
  app: string
}

/** Everything a verb may touch. A verb's first parameter names the parts: `Pick<World, 'db' | 'now'>`. */
export interface World {
  db: Db
  panel: Panel
  stripe: Stripe
  mail: Mail
  channels: Channels
  shop: Shop
  log: Log
  now(): Date
}
