import type { Repair } from '../../findings/index.ts'
import { type Followed, followServer } from '../../fleet/index.ts'
import { lockOrder, note, retryOrder, saveOrder } from '../../orders/index.ts'
import type { PanelCall, PanelServer } from '../../outside/panel/types.ts'
import { identityMismatch, nothingToRepair } from '../errors.ts'
import { type Reading, readWanted } from '../reading.ts'
import { differencesOfKind } from '../rules/ours.ts'
import { observed, saveSeen } from '../store/seen.ts'
import type { ServersWorld } from '../work.ts'

const CALL: PanelCall = { share: 'staff' }

/**
 * The books follow a server to the node and ports where it stands, asked just now; a dry run books it and takes that back, so it
 * tells the very figures. A delivered server must be the one that was delivered; any other must be as ordered but for its place.
 */
export const followRepair: Repair<ServersWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const [reading, server] = [await readWanted(world, orderId), await world.panel.serverByExternalId(CALL, orderId)]
  if (!reading || reading.order.status === 'canceled') throw nothingToRepair('There is no such order, or it is canceled.')
  if (!server) throw nothingToRepair('The panel has no server of this order: see the finding about that.')
  const delivered = reading.order.deliveredAt !== null
  if (delivered) mustBeTheOne(reading, server)
  else mustBeAsOrdered(reading, server, world.now())
  const followed = await book(world, reading, server, ask.dryRun)
  const did = `${told(reading, server, followed)}${delivered ? '' : ' Then try the order again, which takes the server over.'}`
  if (ask.dryRun) return { did, mended: false }
  if (!delivered) await retryOrder(world, { by: ask.by, orderId, reason: ask.reason, requestId: ask.requestId })
  return { did, mended: delivered }
}

function mustBeTheOne({ want }: Reading, server: PanelServer): void {
  if (want.attempt || want.serverId !== server.id)
    throw nothingToRepair('It is not the server that was delivered, or somebody works on it at this moment.')
}

function mustBeAsOrdered({ want, order }: Reading, server: PanelServer, now: Date): void {
  if (order.status !== 'error') throw nothingToRepair('Its reconciler is at work: wait until it is done.')
  const wrong = differencesOfKind(want, observed(server, now))
  const ports = want.recipe?.ports.length ?? 0
  if (server.allocations.length !== ports) wrong.push(`it has ${server.allocations.length} ports, not ${ports}`)
  if (wrong.length > 0) throw identityMismatch(wrong)
}

/** Thrown to take a dry run's booking back. */
const TAKEN_BACK = new Error('dry run')

async function book(world: ServersWorld, reading: Reading, server: PanelServer, dryRun: boolean): Promise<Followed> {
  const { order, want } = reading
  const { memory: ramMb, disk: diskMb } = want.limits
  const otherwise = { regionId: order.regionId, ramMb, diskMb, ports: want.recipe?.ports ?? [] }
  let followed: Followed | null = null
  await world.db
    .tx(async (tx) => {
      const at = world.now()
      const fresh = await lockOrder(tx, order.id)
      followed = await followServer(tx, { id: order.id, nodeId: server.nodeId, allocationIds: idsOf(server), otherwise, at })
      if (dryRun) throw TAKEN_BACK
      await saveSeen(tx, [server], at)
      const title = `Booked where its server stands: node ${followed.nodeName}`
      await note(tx, order.id, title, { from: reading.place?.nodeId ?? null, to: server.nodeId, ports: followed.ports }, at)
      await saveOrder(tx, fresh, { nodeId: server.nodeId }, { title, by: 'servers', at, wake: false })
    })
    .catch((thrown: unknown) => {
      if (thrown !== TAKEN_BACK) throw thrown
    })
  if (!followed) throw nothingToRepair('It could not be booked.')
  return followed
}

/** The default one first, which the panel names apart. */
export const idsOf = (server: PanelServer): number[] => [
  server.allocationId,
  ...server.allocations.map((one) => one.id).filter((id) => id !== server.allocationId),
]

function told({ place, order }: Reading, server: PanelServer, followed: Followed): string {
  const gb = (mb: number) => `${Math.round((mb / 1024) * 10) / 10} GB`
  const ports = server.allocations.filter((one) => followed.ports.includes(one.id)).map((one) => one.port)
  const free =
    followed.freeRamMb < 0 || followed.freeDiskMb < 0
      ? `That node is over then (${gb(followed.freeRamMb)} of RAM, ${gb(followed.freeDiskMb)} of disk left) and takes nothing new until there is room.`
      : `${gb(followed.freeRamMb)} of RAM and ${gb(followed.freeDiskMb)} of disk are free there then.`
  const from = place ? ` instead of ${place.nodeName}` : ''
  return `Book order ${order.id} on node ${followed.nodeName}${from}, with the ports ${ports.join(', ')}. ${free}`
}
