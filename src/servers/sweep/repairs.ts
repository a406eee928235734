import type { Repair, Repairs } from '../../findings/index.ts'
import { HOUR, later } from '../../kit/time.ts'
import { agreeUntil } from '../store/sweep.ts'
import type { ServersWorld } from '../work.ts'
import { DOUBTFUL, reinstallServer } from './doubtful-installs.ts'
import { BRAKE } from './mend.ts'
import { MASS_MISSING } from './missing.ts'
import { recreateServer } from './recreate-server.ts'
import { REPAIRABLE_DRIFTS, repairDrift } from './repair-drift.ts'

/** A person has looked, and lets the sweep go beyond its brake. The next one, within ten minutes, does it. */
const agree: Repair<ServersWorld> = async (world, ask) => {
  const did = `For an hour from now sweeps name and do everything, whatever its number. ${ask.finding.summary}`
  if (ask.dryRun) return { did, mended: false }
  await agreeUntil(world.db.q, later(world.now(), HOUR))
  return { did, mended: true }
}

/** What this room can mend when a person asks for it, by kind of finding. */
export const serverRepairs: Repairs<ServersWorld> = {
  ...Object.fromEntries(REPAIRABLE_DRIFTS.map((kind) => [kind, repairDrift])),
  'servers.missing': recreateServer,
  [DOUBTFUL]: reinstallServer,
  [BRAKE.kind]: agree,
  [MASS_MISSING.kind]: agree,
}
