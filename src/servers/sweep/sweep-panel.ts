import { randomUUID } from 'node:crypto'
import { later } from '../../kit/time.ts'
import { dropSweep, fleetSize, lastSweep, type SweepResult, takeSweep } from '../store/sweep.ts'
import type { ServersWorld } from '../work.ts'
import { checkRecords } from './check-records.ts'
import { confirmDrifts } from './confirm-drifts.ts'
import { mend } from './mend.ts'
import { nameMissing } from './missing.ts'
import { readPanel } from './read-panel.ts'
import { LEASE_MS, type Sweeping } from './sweeping.ts'

/**
 * Compares the whole panel with our orders, both ways: every difference becomes a finding, is mended by itself where that
 * is safe, and closed when it is gone. One at a time over all processes; broken off, the next begins anew.
 * @returns null when another process is at it
 */
export async function sweepPanel(world: ServersWorld, signal: AbortSignal = new AbortController().signal): Promise<SweepResult | null> {
  const { q } = world.db
  const holder = randomUUID()
  const startedAt = world.now()
  if (!(await takeSweep(q, { holder, at: startedAt, until: later(startedAt, LEASE_MS) }))) return null
  const counted = { servers: 0, strangers: 0, calls: 0, pages: 0, drifts: 0, missing: 0, mended: 0 }
  let result: SweepResult | null = null
  try {
    const [fleet, last] = await Promise.all([fleetSize(q), lastSweep(q)])
    const work: Sweeping = { world, holder, signal, fleet, agreed: last.agreedUntil !== null && last.agreedUntil > startedAt, counted }
    const suspicions = await readPanel(work)
    const mayAct = await nameMissing(work, suspicions.unlisted)
    const confirmed = await confirmDrifts(work, suspicions.drifting, mayAct)
    if (mayAct) {
      await mend(work, confirmed)
      await checkRecords(work)
    }
    result = { ...counted, seconds: Math.round((world.now().getTime() - startedAt.getTime()) / 1_000) }
    world.log.info({ ...result }, 'panel swept')
    return result
  } finally {
    await dropSweep(q, { holder, at: world.now(), result })
  }
}
