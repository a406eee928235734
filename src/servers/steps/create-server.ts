import { resolveFinding } from '../../findings/index.ts'
import { notePanelAnswer } from '../../fleet/index.ts'
import { settled } from '../../kit/outcome.ts'
import { later } from '../../kit/time.ts'
import { askForDeletion, lockOrder, saveOrder } from '../../orders/index.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import { attempt } from '../attempt.ts'
import { noRecipe } from '../errors.ts'
import { newServer } from '../rules/new-server.ts'
import { observed, saveSeen } from '../store/seen.ts'
import { type ServerState, saveState } from '../store/states.ts'
import { type Done, goOn, lockAsRead, stop, type Work } from '../work.ts'

/** The one call that makes the server; its external id is the order's, so a second one is refused by the panel itself. */
export async function createServer(work: Work): Promise<Done> {
  const { order, plan, recipe, place, want } = work.reading
  if (!plan || !recipe || !place || want.ownerId === null) throw noRecipe(order.planId)
  const body = newServer({
    orderId: order.id,
    serverName: order.serverName,
    ownerId: want.ownerId,
    plan,
    recipe,
    limits: want.limits,
    ports: place.allocations,
  })
  const made = await attempt(work, 'create', (call) => work.world.panel.createServer(call, body), {
    change: order.status === 'paid' ? { status: 'provisioning', nodeId: place.nodeId } : { nodeId: place.nodeId },
    title: 'Creating the server',
  })
  if ('done' in made) return made.done
  await takeServer(work, made.state, made.answer, 'Server created on the panel')
  return made.answer.status === 'installing' ? stop(settled(work.settings.installMsMax)) : goOn(observed(made.answer, work.world.now()))
}

/** A server that we made, or that proved to be ours, is written to its order. A canceled order keeps its status. */
export async function takeServer(work: Work, state: ServerState, server: PanelServer | null, title: string): Promise<void> {
  const { world, settings, reading, seen } = work
  const now = world.now()
  const found = server ? observed(server, now) : seen.what === 'server' ? seen : null
  if (!found) return
  await world.db.tx(async (tx) => {
    // An answer is written down whatever the order has become; a decision only on the order it was made for.
    const order = server ? await lockOrder(tx, reading.order.id) : await lockAsRead(tx, reading)
    await saveState(tx, state, {
      attempt: null,
      createTries: 0,
      portTries: 0,
      createdOnPanelAt: now,
      installedAt: null,
      watchedFrom: order.status === 'canceled' ? null : later(now, settings.firstLookMs),
    })
    if (server) await saveSeen(tx, [server], now)
    await saveOrder(
      tx,
      order,
      {
        status: order.status === 'canceled' ? 'canceled' : 'installing',
        pterodactylServerId: String(found.id),
        pterodactylServerIdentifier: found.identifier,
        nodeId: found.nodeId,
        failure: null,
        failureCount: 0,
        nextCheckAt: order.status === 'canceled' ? now : later(now, settings.installMsMax),
      },
      { title, by: 'servers', at: now, details: { serverId: found.id, identifier: found.identifier }, wake: false },
    )
    // When it was canceled nobody knew of this server, so nobody was asked.
    if (order.status === 'canceled' && order.deleteWantedAt === null) await askForDeletion(tx, order, { serverId: found.id }, now)
    if (order.failure?.code === 'servers.panel_key_refused')
      await resolveFinding(tx, {
        kind: 'servers.panel_key_refused',
        subject: { type: 'panel', id: 'application_key' },
        by: 'servers',
        reason: 'The panel takes our key again.',
        at: now,
      })
  })
  if (reading.want.panelDoubtful) await notePanelAnswer(world.db.q, { status: 'ok', at: now })
}
