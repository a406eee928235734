import { listFindings, resolveFinding } from '../../findings/index.ts'
import { settledByRows } from '../store/records.ts'
import { patiently, type Sweeping } from './sweeping.ts'

const BATCH = 200
/** Each costs a call. */
const ASKED_MAX = 10
const UNPAID = 'servers.server_of_checkout'

/** Findings whose matter has settled itself, or was settled by a person elsewhere, do not stay open. */
export async function closeSettled(work: Sweeping): Promise<void> {
  const { db, now, panel } = work.world
  for (const { kind, type, id, reason } of await settledByRows(db.q, BATCH))
    await db.tx((tx) => resolveFinding(tx, { kind, subject: { type, id }, by: 'sweep', reason, at: now() }))
  // A server without an order is not on the list of what is missed: nobody else notices that it went.
  for (const { subject_type: type, subject_id: id } of await listFindings(db.q, { status: 'open', kind: UNPAID, limit: ASKED_MAX })) {
    if ((await patiently(work, (call) => panel.serverByExternalId(call, id))) !== null) continue
    await db.tx((tx) => resolveFinding(tx, { kind: UNPAID, subject: { type, id }, by: 'sweep', reason: 'The server is gone.', at: now() }))
  }
}
