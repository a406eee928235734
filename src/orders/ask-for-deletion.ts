import type { Tx } from '../db/index.ts'
import { openFinding } from '../findings/index.ts'
import type { Order } from './order.ts'

/** Canceled, its server stands suspended, and nobody has said what shall become of it. */
export const askForDeletion = (tx: Tx, order: Pick<Order, 'id'>, evidence: Record<string, unknown>, at: Date) =>
  openFinding(tx, {
    kind: 'orders.delete_server',
    severity: 'warning',
    subject: { type: 'order', id: order.id },
    summary: 'Canceled in SQL: its server is suspended. Shall it be deleted?',
    remedy: 'Ask the customer. Deleting is final; until then the server keeps its place on the node.',
    evidence,
    at,
  })
