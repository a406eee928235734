import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { noSuchNode } from './errors.ts'
import { lockNode, saveNodeSettings, wakeCapacity } from './store/nodes.ts'

export interface SetNodeAsk {
  by: Actor
  nodeId: number
  enabled?: boolean
  reservedHeadroomGb?: number
  reason: string
  requestId?: string
}

/** Takes a node into or out of sale, or sets what is kept free on it. Running servers are not touched. Throws fleet.no_such_node. */
export const setNode = (world: Pick<World, 'db' | 'now'>, ask: SetNodeAsk): Promise<void> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const node = await lockNode(tx, ask.nodeId)
    if (!node) throw noSuchNode(ask.nodeId)
    const next = {
      ...node,
      enabled: ask.enabled ?? node.enabled,
      reservedHeadroomGb: ask.reservedHeadroomGb ?? node.reservedHeadroomGb,
    }
    await saveNodeSettings(tx, next, at)
    const settings = ({ enabled, reservedHeadroomGb }: typeof node) => ({ enabled, reservedHeadroomGb })
    await record(tx, {
      by: ask.by,
      did: 'fleet.set_node',
      to: { type: 'node', id: String(node.id) },
      why: ask.reason,
      details: { name: node.name, from: settings(node), to: settings(next) },
      requestId: ask.requestId ?? null,
      at,
    })
    const gained = (next.enabled && !node.enabled) || next.reservedHeadroomGb < node.reservedHeadroomGb
    if (gained && node.regionId) await wakeCapacity(tx, node.regionId)
  })
