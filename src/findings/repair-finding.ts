import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { findingMissing, findingResolved, noRepair, wayNeeded } from './errors.ts'
import { waysOf } from './kinds/index.ts'
import { type Finding, findingById, lockFinding, resolveFinding } from './store/findings.ts'

export interface RepairAsk {
  finding: Finding
  by: Actor
  reason: string
  requestId: string | null
  /** One of the ways of its kind. */
  way: string
  /** Look and tell; change nothing. */
  dryRun: boolean
}
export interface Repaired {
  /** What was done, or with `dryRun` would be, in words for an operator. */
  did: string
  /** True: the thing is right now. False: it goes on by itself, and whoever found it closes it. */
  mended: boolean
}
export type Repair<W> = (world: W, ask: RepairAsk) => Promise<Repaired>
/** Kind of finding → its repair. Each belongs to the room whose thing it is; the doors put them together. */
export type Repairs<W = World> = Record<string, Repair<W>>

/**
 * A person has a finding repaired. The repair asks the outside afresh and may refuse; it is recorded either way it ends well.
 * @param ask `way` null: the only one that its kind has
 * @throws `findings.missing`, `findings.already_resolved`, `findings.no_repair`, `findings.no_such_way`, or what the repair throws
 */
export async function repairFinding<W extends Pick<World, 'db' | 'now'>>(
  world: W,
  repairs: Repairs<W>,
  ask: Omit<RepairAsk, 'finding' | 'way'> & { id: string; way: string | null },
): Promise<Repaired & { finding: Finding }> {
  const finding = await findingById(world.db.q, ask.id)
  if (!finding) throw findingMissing()
  if (finding.status === 'resolved') throw findingResolved()
  const repair = repairs[finding.kind]
  if (!repair) throw noRepair(finding.remedy)
  const { id: _, ...rest } = ask
  const way = wayOf(finding.kind, ask.way)
  const done = await repair(world, { ...rest, way, finding })
  if (ask.dryRun) return { ...done, finding }
  return world.db.tx(async (tx) => {
    const at = world.now()
    await record(tx, {
      by: ask.by,
      did: 'findings.repair',
      to: { type: 'finding', id: finding.id },
      why: ask.reason,
      details: { kind: finding.kind, subject: { type: finding.subject_type, id: finding.subject_id }, way, done: done.did },
      requestId: ask.requestId,
      at,
    })
    if (done.mended) {
      const subject = { type: finding.subject_type, id: finding.subject_id }
      await resolveFinding(tx, { kind: finding.kind, subject, by: ask.by.id, reason: done.did, at })
    }
    return { ...done, finding: (await lockFinding(tx, finding.id)) ?? finding }
  })
}

function wayOf(kind: string, asked: string | null): string {
  const ways = waysOf(kind)
  const names = Object.keys(ways)
  const way = asked ?? (names.length === 1 ? names[0] : undefined)
  if (way === undefined || !Object.hasOwn(ways, way)) throw wayNeeded(asked, ways)
  return way
}
