import type { Queries } from '../db/index.ts'
import { addEvent } from './store/timeline.ts'

/** One finished call to a foreign system. Never a body, never a key. */
export interface CallNote {
  system: 'panel' | 'stripe'
  method: string
  path: string
  /** null: no answer. */
  status: number | null
  ms: number
  requestId: string | null
  /** The foreign system's own word for what went wrong. */
  code?: string | null
  at: Date
}

const SYSTEM = { panel: 'Panel', stripe: 'Stripe' } as const

/** Writes a call into the timeline of the order or checkout with this id. Its own statement: the call happened whatever follows. */
export const recordCall = (q: Queries, orderId: string, call: CallNote): Promise<void> => {
  const { at, ...details } = call
  const title = `${SYSTEM[call.system]}: ${call.method} ${call.path.split('?')[0]} → ${call.status ?? 'no answer'}`
  return addEvent(q, { orderId, at, kind: 'call', title, details })
}

/** A sentence in the timeline. */
export const note = (q: Queries, orderId: string, title: string, details: Record<string, unknown>, at: Date): Promise<void> =>
  addEvent(q, { orderId, at, kind: 'note', title, details })
