import { openFinding, type Repair, resolveFinding } from '../../findings/index.ts'
import { DAY, later } from '../../kit/time.ts'
import { note } from '../../orders/index.ts'
import { nothingToRepair } from '../errors.ts'
import { doubtfulInstalls } from '../store/records.ts'
import { RESTARTED } from '../watch-installs.ts'
import type { ServersWorld } from '../work.ts'
import { patiently, type Sweeping } from './sweeping.ts'

export const DOUBTFUL = 'servers.install_doubtful' as const
const ASKED_MAX = 10

/**
 * A daemon that restarts calls every installation of its node done. Where the Client API is configured it tells whether
 * the server runs; else, and where it does not, a person is asked. Never reinstalled on suspicion.
 */
export async function askAfterInstalls(work: Sweeping): Promise<void> {
  const { world } = work
  const ask = { since: later(world.now(), -DAY), remark: RESTARTED, kind: DOUBTFUL, limit: ASKED_MAX }
  for (const { orderId, identifier, open } of await doubtfulInstalls(world.db.q, ask)) {
    const power = await patiently(work, (call) => world.panel.powerState(call, identifier)).catch(() => null)
    const found = { kind: DOUBTFUL, subject: { type: 'order', id: orderId } }
    const at = world.now()
    if (power === 'running' || power === 'starting') {
      if (open) await world.db.tx((tx) => resolveFinding(tx, { ...found, by: 'sweep', reason: 'It runs.', at }))
      continue
    }
    await world.db.tx((tx) =>
      openFinding(tx, {
        ...found,
        severity: 'warning',
        summary:
          'The installation of this server ended together with all others of its node, as when the daemon restarts: it may not be installed.',
        remedy: 'Start it on the panel. If it does not run, repair this finding to reinstall it; if it runs, resolve it.',
        evidence: { power },
        at,
      }),
    )
  }
}

export const reinstallServer: Repair<ServersWorld> = async (world, ask) => {
  const orderId = ask.finding.subject_id
  const server = await world.panel.serverByExternalId({ share: 'staff', orderId }, orderId)
  if (!server || server.suspended) throw nothingToRepair('The server is gone or suspended on the panel: see to that first.')
  const did = `Reinstall the server ${server.identifier}: files that its installation writes are written anew.`
  if (ask.dryRun) return { did, mended: false }
  await world.panel.reinstallServer({ share: 'staff', orderId }, server.id)
  await world.db.tx((tx) => note(tx, orderId, 'Reinstalled by request', { by: ask.by.id, why: ask.reason }, world.now()))
  return { did, mended: true }
}
