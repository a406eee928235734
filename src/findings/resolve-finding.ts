import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { findingMissing, findingResolved } from './errors.ts'
import { type Finding, lockFinding, resolveFinding } from './store/findings.ts'

/** A person says that it is mended. If it is not, whoever found it opens it again. */
export const resolveByHand = (
  world: Pick<World, 'db' | 'now'>,
  ask: { by: Actor; id: string; reason: string; requestId: string | null },
): Promise<Finding> =>
  world.db.tx(async (tx) => {
    const finding = await lockFinding(tx, ask.id)
    if (!finding) throw findingMissing()
    if (finding.status === 'resolved') throw findingResolved()
    const at = world.now()
    const subject = { type: finding.subject_type, id: finding.subject_id }
    await resolveFinding(tx, { kind: finding.kind, subject, by: ask.by.id, reason: ask.reason, at })
    await record(tx, {
      by: ask.by,
      did: 'findings.resolve',
      to: { type: 'finding', id: finding.id },
      why: ask.reason,
      details: { kind: finding.kind, subject },
      requestId: ask.requestId,
      at,
    })
    return { ...finding, status: 'resolved', resolved_at: at, resolved_by: ask.by.id, resolve_reason: ask.reason }
  })
