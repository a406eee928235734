import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'

/** One deed: who did what, to what, and why. `did` is `room.verb`, such as `orders.retry`. */
export interface Deed {
  by: Actor
  did: string
  to: { type: string; id: string }
  why?: string | null
  /** Facts that explain the deed; never a secret. */
  details?: Record<string, unknown>
  requestId?: string | null
  at: Date
}

/** Writes the deed in the transaction that does it, so that neither is ever there without the other. */
export async function record(tx: Tx, deed: Deed): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      at: deed.at,
      actor_kind: deed.by.kind,
      actor_id: deed.by.id,
      did: deed.did,
      target_type: deed.to.type,
      target_id: deed.to.id,
      why: deed.why ?? null,
      details: JSON.stringify(deed.details ?? {}),
      request_id: deed.requestId ?? null,
    })
    .execute()
}
