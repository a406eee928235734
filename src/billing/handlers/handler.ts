import type { FoundBy } from '../../orders/index.ts'
import type { BillingWorld } from '../take-session.ts'

/** An event is a hint: it names an object, and the handler asks Stripe what that is now. Throws to be tried again. */
export type Handler = (world: BillingWorld, event: Hint) => Promise<void>
interface Hint {
  type: string
  objectId: string
  object: Record<string, unknown>
  /** Who brought it: Stripe's webhook, or our look at its list. */
  foundBy: FoundBy
}

/** A string inside the event's object, along a path: `parent.subscription_details.subscription`. Expanded objects give their id. */
export function textAt(object: Record<string, unknown>, path: string): string | null {
  let value: unknown = object
  for (const step of path.split('.'))
    value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[step] : undefined
  if (value !== null && typeof value === 'object') value = (value as Record<string, unknown>)['id']
  return typeof value === 'string' ? value : null
}
