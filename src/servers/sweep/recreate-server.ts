import { ensurePanelAccount } from '../../accounts/index.ts'
import { openFinding, type Repair, resolveFinding } from '../../findings/index.ts'
import { moveReservation, place, type Reservation, reservationOf } from '../../fleet/index.ts'
import { Failure } from '../../kit/failure.ts'
import { lockOrder, note, saveOrder } from '../../orders/index.ts'
import type { NewPanelServer, PanelCall, PanelServer } from '../../outside/panel/types.ts'
import { identityMismatch, noRecipe, nothingToRepair } from '../errors.ts'
import { type Reading, readWanted } from '../reading.ts'
import { newServer } from '../rules/new-server.ts'
import { differences } from '../rules/ours.ts'
import { observed, saveSeen } from '../store/seen.ts'
import { saveState } from '../store/states.ts'
import type { ServersWorld } from '../work.ts'

/**
 * Makes the server of a delivered order anew, because a person says so: asked for first, its place kept or taken again, one
 * create under the same external id. Run again after an unclear answer it finds what the first run made.
 */
export const recreateServer: Repair<ServersWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const call: PanelCall = { share: 'staff', orderId }
  const reading = await wanted(world, orderId)
  const standing = await world.panel.serverByExternalId(call, orderId)
  if (standing) return takeBack(world, reading, standing, ask.dryRun)
  const { plan, recipe, place: room } = reading
  if (!plan || !recipe) throw noRecipe(reading.order.planId)
  const where = reading.want.place?.sellable
    ? `on ${room?.nodeName}, with the ports it had`
    : `in the region ${reading.order.regionId}, on a node with room`
  const did = `Create the server anew, empty, ${where}, for the same buyer and under the same external id.`
  if (ask.dryRun) return { did, mended: false }
  const { account } = await ensurePanelAccount(world, {
    userId: reading.order.userId,
    call,
    withPassword: false,
    by: ask.by,
    findings: { openFinding, resolveFinding },
  })
  const held = await roomFor(world, reading)
  const body: NewPanelServer = newServer({
    orderId,
    serverName: reading.order.serverName,
    ownerId: account.pterodactylUserId,
    plan,
    recipe,
    limits: reading.want.limits,
    ports: held.allocations,
  })
  const made = await world.panel.createServer(call, body)
  await save(world, reading, made, 'Server created anew by request')
  return { did, mended: true }
}

async function wanted(world: ServersWorld, orderId: string): Promise<Reading> {
  const reading = await readWanted(world, orderId)
  const { order, want } = reading ?? {}
  if (!reading || !order?.deliveredAt || order.status === 'canceled' || want?.attempt)
    throw nothingToRepair('Only a delivered order that is not canceled, and that nobody works on at this moment, gets its server anew.')
  return reading
}

/** It is there after all: restored by somebody, or made by an earlier run of this. */
async function takeBack(world: ServersWorld, reading: Reading, server: PanelServer, dryRun: boolean) {
  const wrong = differences(reading.want, observed(server, world.now()))
  if (wrong.length > 0) throw identityMismatch(wrong)
  if (!dryRun) await save(world, reading, server, 'Server found on the panel again')
  return { did: `Take the server ${server.identifier} that stands on the panel under this order's id, and is as ordered.`, mended: true }
}

/** Its old place, if its node takes servers or the region has no other. */
async function roomFor(world: ServersWorld, reading: Reading): Promise<Reservation> {
  const { order, place: room, want } = reading
  if (!room) return takeRoom(world, reading)
  if (want.place?.sellable) return room
  try {
    await world.db.tx((tx) => moveReservation(tx, order.id, world.now()))
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.kind !== 'full') throw thrown
  }
  return (await reservationOf(world.db.q, order.id)) ?? room
}

async function takeRoom(world: ServersWorld, { order, plan, recipe }: Reading): Promise<Reservation> {
  if (!plan || !recipe) throw noRecipe(order.planId)
  const ask = { id: order.id, regionId: order.regionId, ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: recipe.ports }
  await world.db.tx((tx) => place(tx, { ...ask, at: world.now(), paid: true }))
  const held = await reservationOf(world.db.q, order.id)
  if (!held) throw nothingToRepair('Its room was given away at the same moment; try again.')
  return held
}

const save = (world: ServersWorld, reading: Reading, server: PanelServer, title: string): Promise<void> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, reading.order.id)
    await saveState(tx, reading.state, { attempt: null, createdOnPanelAt: at, installedAt: null, watchedFrom: null, suspendedByUs: false })
    await saveSeen(tx, [server], at)
    await note(tx, order.id, title, { serverId: server.id, identifier: server.identifier }, at)
    const now = { pterodactylServerId: String(server.id), pterodactylServerIdentifier: server.identifier, nodeId: server.nodeId }
    await saveOrder(tx, order, { ...now, failure: null, failureCount: 0 }, { title, by: 'servers', at })
  })
