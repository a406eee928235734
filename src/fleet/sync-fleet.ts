import { openFinding, resolveFinding } from '../findings/index.ts'
import { isUuid } from '../kit/ids.ts'
import type { Panel, PanelCall, PanelServer } from '../outside/panel/types.ts'
import type { World } from '../world.ts'
import { fits, type Room } from './rules.ts'
import { saveAllocations } from './store/allocations.ts'
import { lockNode, regions, roomsForSale, wakeCapacity } from './store/nodes.ts'
import { markGone, saveNode, saveStrangers } from './store/observed.ts'
import { reservedAmong } from './store/reservations.ts'
import { emptyAndGone } from './store/standing.ts'

type Needs = Pick<World, 'db' | 'panel' | 'now'>
export interface SyncResult {
  nodes: number
  allocations: number
  /** Servers on the panel that are not ours. */
  strangers: number
  /** Names of nodes that the panel no longer has. */
  gone: string[]
}

/**
 * Reads nodes, all their allocations and all servers from the panel and brings the fleet up to date, one node at a time.
 * Regions that gained room are woken. Throws what the panel's adapter throws; what was saved until then stays true.
 */
export async function syncFleet(world: Needs, signal?: AbortSignal): Promise<SyncResult> {
  const call: PanelCall = { share: 'sync', ...(signal ? { signal } : {}) }
  const before = await roomsForSale(world.db.q)
  const nodes = await world.panel.nodes(call)
  const strangers = await countStrangers(world, world.panel.servers(call))
  let allocations = 0
  for (const node of nodes) {
    const seen = await world.panel.allocations(call, node.id)
    allocations += seen.length
    const at = world.now()
    const sum = strangers.perNode.get(node.id) ?? { ramMb: 0, diskMb: 0 }
    await world.db.tx(async (tx) => {
      await lockNode(tx, node.id)
      await saveNode(tx, node, at)
      await saveAllocations(tx, node.id, seen, at)
      await saveStrangers(tx, node.id, sum, at)
    })
  }
  const gone = await markNodesGone(world, new Set(nodes.map((node) => node.id)))
  await checkRegions(world, await world.panel.locations(call))
  await wakeWhereRoomGrew(world, before)
  return { nodes: nodes.length, allocations, strangers: strangers.count, gone }
}

/** Page by page: memory stays flat however many servers there are. A server is ours while its reservation stands. */
async function countStrangers(world: Needs, pages: AsyncIterable<PanelServer[]>) {
  const perNode = new Map<number, { ramMb: number; diskMb: number }>()
  let count = 0
  for await (const servers of pages) {
    const ids = servers.map((server) => server.externalId?.toLowerCase() ?? '').filter(isUuid)
    const ours = await reservedAmong(world.db.q, ids)
    for (const server of servers.filter((one) => !ours.has(one.externalId?.toLowerCase() ?? ''))) {
      const sum = perNode.get(server.nodeId) ?? { ramMb: 0, diskMb: 0 }
      perNode.set(server.nodeId, { ramMb: sum.ramMb + server.limits.memory, diskMb: sum.diskMb + server.limits.disk })
      count += 1
    }
  }
  return { perNode, count }
}

/** A node that the panel no longer has takes no more servers; what stands on it is a question for a person. */
const markNodesGone = (world: Needs, listed: Set<number>): Promise<string[]> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const over = { kind: 'fleet.node_gone', by: 'fleet', at }
    // Before more are marked: each is named once at least.
    for (const id of await emptyAndGone(tx))
      await resolveFinding(tx, { ...over, subject: { type: 'node', id: String(id) }, reason: 'Nothing of ours is booked there.' })
    const gone = await markGone(tx, [...listed], at)
    for (const node of gone)
      await openFinding(tx, {
        kind: 'fleet.node_gone',
        severity: 'warning',
        subject: { type: 'node', id: String(node.id) },
        summary: `The panel no longer has the node ${node.name}.`,
        remedy: 'Nothing new is placed there. If it was removed on purpose, cancel or move the orders that stand on it.',
        at,
      })
    for (const id of listed) await resolveFinding(tx, { ...over, subject: { type: 'node', id: String(id) }, reason: 'It is back.' })
    return gone.map((node) => node.name)
  })

const checkRegions = (world: Needs, locations: Awaited<ReturnType<Panel['locations']>>) =>
  world.db.tx(async (tx) => {
    const at = world.now()
    for (const region of await regions(tx)) {
      const wrong = { kind: 'fleet.region_without_location' as const, subject: { type: 'region', id: region.id } }
      if (locations.some((location) => location.id === region.locationId)) {
        await resolveFinding(tx, { ...wrong, by: 'fleet', reason: 'The panel has its location.', at })
        continue
      }
      await openFinding(tx, {
        ...wrong,
        severity: 'critical',
        summary: `The region ${region.name} is sold, but the panel has no location ${region.locationId}.`,
        remedy: 'Correct location_id of the region in the catalogue file and import it again.',
        at,
      })
    }
  })

/** Only a region with a room larger than any it had can take an order that did not fit before. */
async function wakeWhereRoomGrew(world: Needs, before: Room[]): Promise<void> {
  const after = await roomsForSale(world.db.q)
  const tookAlready = (room: Room) =>
    before.some(
      (old) => old.regionId === room.regionId && fits(old, { ramMb: room.freeRamMb, diskMb: room.freeDiskMb, ports: room.freePorts }),
    )
  const grown = new Set(after.filter((room) => !tookAlready(room)).map((room) => room.regionId))
  for (const regionId of grown) await world.db.tx((tx) => wakeCapacity(tx, regionId))
}
