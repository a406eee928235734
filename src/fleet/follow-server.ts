import type { Tx } from '../db/index.ts'
import { cannotFollow, noSuchNode } from './errors.ts'
import { lockNode, wakeCapacity } from './store/nodes.ts'
import { allOrNothing, deleteReservation, lockReservation, oneMoveAtATime } from './store/reservations.ts'
import { freeOn, insertStanding, type StandingPort, standingPorts } from './store/standing.ts'

export interface FollowAsk {
  /** Of the order, and of its reservation, if it has one. */
  id: string
  /** Where its server stands on the panel. */
  nodeId: number
  /** The default one first, or alone. */
  allocationIds: number[]
  /** What to book where nothing is reserved under this id. */
  otherwise: { regionId: string; ramMb: number; diskMb: number; ports: string[] }
  at: Date
}
/** What the books say of the node then; below zero: it is over, and takes nothing new until there is room. */
export interface Followed {
  nodeId: number
  nodeName: string
  freeRamMb: number
  freeDiskMb: number
  ports: number[]
}

/**
 * The books follow a server to where it stands: transferred by a person, given other ports there, or restored. It takes its
 * room whether we book it or not, so a node may be over afterwards; ports that the books give to another are refused.
 * @throws fleet.no_such_node, fleet.cannot_follow; nothing is changed then, also where the caller goes on with the transaction
 */
export async function followServer(tx: Tx, ask: FollowAsk): Promise<Followed> {
  await oneMoveAtATime(tx)
  return allOrNothing(tx, async () => {
    const old = await lockReservation(tx, ask.id)
    const node = await lockNode(tx, ask.nodeId)
    if (!node) throw noSuchNode(ask.nodeId)
    const { regionId, ramMb, diskMb, ports: names } = old ? { ...old, ports: old.portNames } : ask.otherwise
    const ports = choosePorts(await standingPorts(tx, { nodeId: node.id, ids: ask.allocationIds, for: ask.id }), ask, names)
    if (old) await deleteReservation(tx, old)
    await insertStanding(tx, {
      id: ask.id,
      nodeId: node.id,
      regionId: node.regionId ?? regionId,
      ramMb,
      diskMb,
      state: old?.state ?? 'committed',
      ports,
      createdAt: old?.createdAt ?? ask.at,
      at: ask.at,
    })
    if (old && old.nodeId !== node.id) await wakeCapacity(tx, old.regionId)
    const free = await freeOn(tx, node.id)
    if (!free) throw noSuchNode(node.id)
    const { name: nodeName, freeRamMb, freeDiskMb } = free
    return { nodeId: node.id, nodeName, freeRamMb, freeDiskMb, ports: ports.map((one) => one.id) }
  })
}

/** The server's default port is the recipe's first; the others are named as placement names them, by their numbers. */
function choosePorts(known: StandingPort[], ask: FollowAsk, names: string[]): { name: string; id: number }[] {
  const [defaultId] = ask.allocationIds
  const taken = known.filter((one) => one.taken)
  if (taken.length > 0) throw cannotFollow(`Its port ${taken.map((one) => one.port).join(', ')} is booked for another order, or gone.`)
  const first = known.filter((one) => one.id === defaultId)
  const chosen = [...first, ...known.filter((one) => one.id !== defaultId)].slice(0, names.length)
  if (first.length === 0 || chosen.length < names.length)
    throw cannotFollow(`It has ${known.length} of the ${names.length} ports that it was sold with, as far as our copy of the panel knows.`)
  return names.flatMap((name, n) => (chosen[n] ? [{ name, id: chosen[n].id }] : []))
}
