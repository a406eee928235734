import type { Tx } from '../../db/index.ts'
import { openFindingsAbout, resolveFinding } from '../../findings/index.ts'

/** What was open about the server of an order has settled itself: it is there, or nobody wants it any more. */
export async function settleFindings(tx: Tx, orderId: string, reason: string, at: Date, also: string[] = []): Promise<void> {
  const subject = { type: 'order', id: orderId }
  const settled = new Set(['fleet.no_capacity', 'orders.paid_without_room', ...also])
  for (const { kind } of await openFindingsAbout(tx, subject))
    if (kind.startsWith('servers.') || settled.has(kind)) await resolveFinding(tx, { kind, subject, by: 'servers', reason, at })
}
