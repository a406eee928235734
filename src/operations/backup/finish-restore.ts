import { endEverySession } from '../../accounts/index.ts'
import { record } from '../../audit/index.ts'
import { lookBackTo } from '../../billing/index.ts'
import { openFinding } from '../../findings/index.ts'
import { holdDeliveries } from '../../health/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { HOUR, later } from '../../kit/time.ts'
import { holdAll } from '../../messages/index.ts'
import { lookAtAllUnfinished } from '../../orders/index.ts'
import type { World } from '../../world.ts'
import { addRestoration } from '../store/backups.ts'

/** What Stripe had not told us yet when the backup was taken. */
const LOOK_BACK_MS = HOUR

export interface RestoredFrom {
  by: Actor
  /** Why what stood there before was removed. */
  reason?: string | null
  file: string
  takenAt: Date
  /** By the same clock as `takenAt`. */
  at: Date
}

/**
 * What a backup does not know has happened since: nobody stays signed in, no mail goes out a second time, and everything that was
 * under way is looked at again, Stripe's list from before the backup on. In the transaction that makes the database whole.
 * @returns how many mails were held back
 */
export async function finishRestore(
  world: Pick<World, 'db'>,
  { by, file, takenAt, at, reason }: RestoredFrom,
): Promise<{ heldMails: number }> {
  return world.db.tx(async (tx) => {
    await endEverySession(tx)
    await lookBackTo(tx, later(takenAt, -LOOK_BACK_MS))
    await lookAtAllUnfinished(tx, at)
    await holdDeliveries(tx)
    const held = await holdAll(tx)
    for (const mail of held)
      await openFinding(tx, {
        kind: 'messages.not_sent',
        severity: 'warning',
        subject: { type: 'message', id: mail.id },
        summary: `The mail “${mail.template}” to ${mail.to_email} waited when the backup was taken, and may have been sent since.`,
        remedy: 'If the customer does not have it, send it again; else resolve this.',
        evidence: { template: mail.template, userId: mail.user_id, backupOf: takenAt.toISOString() },
        at,
      })
    await addRestoration(tx, { at, takenAt, by: by.id })
    const details = { takenAt: takenAt.toISOString(), heldMails: held.length }
    await record(tx, { by, did: 'operations.restored', to: { type: 'backup', id: file }, why: reason ?? null, details, at })
    return { heldMails: held.length }
  })
}
