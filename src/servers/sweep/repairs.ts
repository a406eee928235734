import { byWay, type FindingKind, type Repair, type Repairs } from '../../findings/index.ts'
import { HOUR, later } from '../../kit/time.ts'
import { RETRY_OR_REFUND, refundRepair, retryRepair } from '../../orders/index.ts'
import type { World } from '../../world.ts'
import { agreeUntil } from '../store/sweep.ts'
import type { ServersWorld } from '../work.ts'
import { DOUBTFUL, reinstallServer } from './doubtful-installs.ts'
import { followRepair } from './follow-server.ts'
import { BRAKE } from './mend.ts'
import { MASS_MISSING } from './missing.ts'
import { recreateServer } from './recreate-server.ts'
import { checkKey, retryAccount } from './repair-access.ts'
import { repairDrift } from './repair-drift.ts'
import { deleteUnpaid, releaseHold } from './repair-unpaid.ts'

/** A person has looked, and lets the sweep go beyond its brake. The next one, within ten minutes, does it. */
const agree: Repair<ServersWorld> = async (world, ask) => {
  const did = `For an hour from now sweeps name and do everything, whatever its number. ${ask.finding.summary}`
  if (ask.dryRun) return { did, mended: false }
  await agreeUntil(world.db.q, later(world.now(), HOUR))
  return { did, mended: true }
}

/** Kinds that stop an order until a person has decided. */
const STOPS: FindingKind[] = [
  'servers.field_refused',
  'servers.given_up',
  'servers.install_failed',
  'servers.no_recipe',
  'servers.no_room',
  'servers.panel_address',
  'servers.panel_refused',
  'servers.server_gone',
  'servers.stopped',
  'servers.suspended_by_others',
]

/** What this room can mend when a person asks for it, by kind of finding. */
export const serverRepairs: Repairs<ServersWorld> = {
  ...Object.fromEntries(STOPS.map((kind) => [kind, RETRY_OR_REFUND])),
  'accounts.panel_identity_conflict': retryAccount,
  'servers.allocation_gone': followRepair,
  'servers.canceled_stands': repairDrift,
  'servers.identity_mismatch': byWay({ retry: retryRepair, refund: refundRepair, follow: followRepair }),
  [DOUBTFUL]: reinstallServer,
  [MASS_MISSING.kind]: agree,
  'servers.missing': byWay({ recreate: recreateServer, refund: refundRepair }),
  'servers.moved': followRepair,
  'servers.not_suspended': repairDrift,
  'servers.panel_key_refused': checkKey,
  'servers.ports_lost': byWay({ restore: repairDrift, follow: followRepair }),
  'servers.reinstall_needed': repairDrift,
  'servers.suspended_on_panel': repairDrift,
  [BRAKE.kind]: agree,
  'servers.wrong_limits': repairDrift,
  'servers.wrong_owner': repairDrift,
}

/** The same where Stripe is asked first. */
export const unpaidRepairs: Repairs<ServersWorld & Pick<World, 'stripe'>> = {
  'servers.hold_leaked': releaseHold,
  'servers.server_of_checkout': deleteUnpaid,
}
