import type { Tx } from '../db/index.ts'
import type { Outcome } from '../kit/outcome.ts'
import { lockOrder, type Order } from '../orders/index.ts'
import type { PanelCall } from '../outside/panel/types.ts'
import type { World } from '../world.ts'
import { outdated } from './errors.ts'
import type { Reading } from './reading.ts'
import type { Asked } from './rules/answer.ts'
import type { Seen } from './rules/want.ts'
import type { ServersSettings } from './settings.ts'

export type ServersWorld = Pick<World, 'db' | 'panel' | 'now' | 'log'>

/** One step's surroundings. */
export interface Work {
  world: ServersWorld
  reading: Reading
  /** What is known of the panel at this moment: the stored observation, or a look of this very run. */
  seen: Seen
  signal: AbortSignal
  settings: ServersSettings
}

/** After a step: read everything again and go on (with what was just seen), or stop here. */
export type Done = { go: 'on'; looked?: Seen } | { go: 'stop'; outcome: Outcome }
export const goOn = (looked?: Seen): Done => (looked ? { go: 'on', looked } : { go: 'on' })
export const stop = (outcome: Outcome): Done => ({ go: 'stop', outcome })

/**
 * The order, locked, as it was when the step was decided on. For steps that write what they decided, not what the panel said.
 * Throws `servers.newer_state`.
 */
export async function lockAsRead(tx: Tx, { order: read }: Reading): Promise<Order> {
  const order = await lockOrder(tx, read.id)
  if (order.version !== read.version) throw outdated(order.id)
  return order
}

export const callFor = ({ reading, signal }: Work): PanelCall => ({ share: 'create', orderId: reading.order.id, signal })

export const askedFor = ({ reading }: Work, step: Asked['step']): Asked => ({
  step,
  planId: reading.order.planId,
  recipeId: reading.plan?.recipeId ?? null,
  eggId: reading.recipe?.eggId ?? null,
  node: reading.place?.nodeName ?? null,
  portTries: reading.state.portTries,
})
