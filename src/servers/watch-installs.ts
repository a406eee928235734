import { asFailure } from '../kit/failure.ts'
import { again, type Outcome, retry } from '../kit/outcome.ts'
import { later } from '../kit/time.ts'
import { note } from '../orders/index.ts'
import type { PanelServer } from '../outside/panel/types.ts'
import { type Ended, maybeRestarted } from './rules/restart.ts'
import { SERVERS_SETTINGS, type ServersSettings } from './settings.ts'
import { forgetSeen, type Observation, saveSeen, seenOfMany } from './store/seen.ts'
import { claimWatched, stopWatching, WATCHED_MAX } from './store/states.ts'
import { wakeOrder } from './store/wake.ts'
import type { ServersWorld } from './work.ts'

/**
 * One look at all installations that are due, 100 a call; none due, no call. Writes what was seen and wakes the orders
 * for which something changed. Any number of processes may run it: each takes its own installations.
 */
export async function watchInstalls(
  world: ServersWorld,
  signal?: AbortSignal,
  settings: ServersSettings = SERVERS_SETTINGS,
): Promise<Outcome> {
  const next = again(settings.watchEveryMs)
  for (;;) {
    const now = world.now()
    // A little early, so that the look after this one finds all of them due at once again.
    const until = later(now, settings.watchEveryMs * 0.8)
    const due = await claimWatched(world.db.q, now, until)
    if (due.length === 0) return next
    try {
      const found = await world.panel.serversByExternalIds({ share: 'watch', ...(signal ? { signal } : {}) }, due)
      await saveLook(world, { due, until }, found, now)
    } catch (thrown) {
      // The installations go on without us; the next look tells all.
      return retry(asFailure(thrown), settings.watchEveryMs)
    }
    if (due.length < WATCHED_MAX) return next
  }
}

async function saveLook(
  world: ServersWorld,
  { due, until }: { due: string[]; until: Date },
  found: PanelServer[],
  at: Date,
): Promise<void> {
  const before = new Map((await seenOfMany(world.db.q, due)).map((seen) => [seen.externalId, seen]))
  const changed = found.filter((server) => differs(before.get(server.externalId ?? ''), server))
  // Not listed is not proved gone: the order asks for its one server.
  const missing = due.filter((id) => !found.some((server) => server.externalId === id))
  const suspects = maybeRestarted(changed.flatMap(endedOf), countInstalling(found))
  await world.db.tx(async (tx) => {
    await saveSeen(tx, found, at)
    await forgetSeen(tx, missing)
    await stopWatching(
      tx,
      found.filter((server) => server.status !== 'installing').map((server) => server.externalId ?? ''),
      until,
    )
    for (const orderId of suspects) await note(tx, orderId, RESTARTED, {}, at)
    for (const orderId of [...changed.map((server) => server.externalId ?? ''), ...missing]) await wakeOrder(tx, orderId)
  })
}

export const RESTARTED =
  'All installations of this node ended at once: its daemon may have restarted. If the server does not start, reinstall it.'

const differs = (before: Observation | undefined, now: PanelServer): boolean =>
  before?.status !== now.status || before.suspended !== now.suspended || before.id !== now.id

const endedOf = (server: PanelServer): Ended[] =>
  server.status === 'installing' ? [] : [{ orderId: server.externalId ?? '', nodeId: server.nodeId, ok: server.status === null }]

function countInstalling(servers: PanelServer[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { nodeId, status } of servers) if (status === 'installing') counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
  return counts
}
