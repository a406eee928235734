import type { Defaulted, Maybe } from './columns.ts'

/** Tables of what follows a sale: money that goes back, renewals that fail, notes of a customer. */

interface RefundWishes {
  order_id: string
  n: number
  kind: 'full' | 'part'
  cents: number
  currency: string
  refunded_cents: Defaulted<number>
  ask_key: string
  state: Defaulted<'wanted' | 'done' | 'refused'>
  reason: string
  asked_by: string
  asked_at: Date
  settled_at: Maybe<Date>
}
interface UnpaidRenewals {
  order_id: string
  since: Date
  told_at: Maybe<Date>
  suspended_at: Maybe<Date>
  settled_at: Maybe<Date>
}
interface CustomerNotes {
  id: Defaulted<string>
  user_id: string
  body: string
  by_kind: string
  by_id: string
  at: Date
}

export interface TablesOfSupport {
  refund_wishes: RefundWishes
  unpaid_renewals: UnpaidRenewals
  customer_notes: CustomerNotes
}
