import { countCorrection, openFinding, resolveFinding } from '../../findings/index.ts'
import { brakeLimit } from '../rules/brake.ts'
import { forgetSeen } from '../store/seen.ts'
import { patiently, type Sweeping } from './sweeping.ts'

export const MASS_MISSING = { kind: 'servers.mass_missing' as const, subject: { type: 'panel', id: 'servers' } }
export const MISSING = 'servers.missing'
/** Each costs a call; what is left over is asked by the next sweep. */
export const PROOFS_MAX = 25
/** Enough to tell a mass deletion from a list that was cut short. */
const SAMPLE = 3

/**
 * Orders whose server is not on the panel's list: each is asked for by its own id, and only the panel's "no such server"
 * counts. More at once than the brake allows is one finding, and nothing is done anywhere until a person has looked.
 * @returns whether the sweep may act
 */
export async function nameMissing(work: Sweeping, unlisted: string[]): Promise<boolean> {
  if (unlisted.length > brakeLimit(work.fleet) && !work.agreed) return askAboutMany(work, unlisted)
  for (const id of unlisted.slice(0, PROOFS_MAX)) if (await isGone(work, id)) await report(work, id)
  await closeMass(work)
  return true
}

const isGone = async (work: Sweeping, orderId: string): Promise<boolean> =>
  (await patiently(work, (call) => work.world.panel.serverByExternalId(call, orderId))) === null

async function askAboutMany(work: Sweeping, fresh: string[]): Promise<boolean> {
  const gone: string[] = []
  for (const id of fresh.slice(0, SAMPLE)) if (await isGone(work, id)) gone.push(id)
  const { db, now, log } = work.world
  // The list was cut short, by a key that may not read everything or by changes between its pages.
  if (gone.length === 0) log.warn({ unlisted: fresh.length }, 'the panel lists fewer servers than it has')
  work.counted.missing += gone.length
  await db.tx((tx) =>
    openFinding(tx, {
      ...MASS_MISSING,
      severity: 'critical',
      summary:
        gone.length > 0
          ? `Servers of at least ${fresh.length} paid orders are gone from the panel at once.`
          : `The panel's list lacks the servers of at least ${fresh.length} paid orders, though it has them when asked.`,
      remedy:
        'Nothing is repaired, suspended or deleted until you have looked: was the panel emptied, restored from a backup, or is this another panel? Repair this finding to have each order named and go on.',
      evidence: {
        fleet: work.fleet,
        limit: brakeLimit(work.fleet),
        asked: Math.min(SAMPLE, fresh.length),
        gone,
        first: fresh.slice(0, 20),
      },
      at: now(),
    }),
  )
  return false
}

async function report(work: Sweeping, orderId: string): Promise<void> {
  const at = work.world.now()
  work.counted.missing += 1
  await work.world.db.tx(async (tx) => {
    await forgetSeen(tx, [orderId])
    await countCorrection(tx, MISSING, at)
    await openFinding(tx, {
      kind: MISSING,
      severity: 'critical',
      subject: { type: 'order', id: orderId },
      summary: 'The delivered server of this order is gone from the panel.',
      remedy:
        "The panel's activity log tells who deleted it. Repair this finding to make it anew (empty: its files are gone unless the node has a backup), or cancel the order.",
      evidence: { askedAt: at.toISOString() },
      at,
    })
  })
}

const closeMass = (work: Sweeping): Promise<boolean> =>
  work.world.db.tx((tx) =>
    resolveFinding(tx, { ...MASS_MISSING, by: 'sweep', reason: 'The rest is named order by order.', at: work.world.now() }),
  )
