import { findingById, type Repair, type Repairs } from '../findings/index.ts'
import type { World } from '../world.ts'
import { bookedOn } from './store/standing.ts'
import { syncFleet } from './sync-fleet.ts'

type FleetWorld = Pick<World, 'db' | 'panel' | 'now'>
const SHOWN = 10

/** Reads the panel now: what is no longer wrong is closed by the sync itself. */
const sync: Repair<FleetWorld> = async (world, ask) => {
  const { finding, dryRun } = ask
  if (!dryRun) await syncFleet(world)
  const booked = finding.subject_type === 'node' ? await bookedOn(world.db.q, Number(finding.subject_id), SHOWN) : null
  const ids = booked && booked.count > 0 ? ` (${booked.ids.join(', ')})` : ''
  const rest = booked ? ` Booked there: ${booked.count}${ids}.` : ''
  if (dryRun)
    return { did: `Read nodes, allocations, servers and locations from the panel; nothing else is changed.${rest}`, mended: false }
  const mended = (await findingById(world.db.q, finding.id))?.status !== 'open'
  return { did: `Read the panel. ${mended ? 'It is right now.' : `It is as before.${rest}`}`, mended }
}

/** What this room can mend when a person asks for it, by kind of finding. */
export const fleetRepairs: Repairs<FleetWorld> = { 'fleet.node_gone': sync, 'fleet.region_without_location': sync }
