import type { Term } from '../catalog/contract.ts'
import type { StoredFailure } from '../kit/failure.ts'
import type { CheckoutState, OrderStatus } from './contract.ts'

/** A paid order: the row in our words. */
export interface Order {
  id: string
  userId: string
  planId: string
  term: Term
  regionId: string
  serverName: string
  status: OrderStatus
  nodeId: number | null
  pterodactylServerId: string | null
  pterodactylServerIdentifier: string | null
  amountCents: number
  currency: string
  stripeSessionId: string | null
  stripeSubscriptionId: string | null
  stripeCustomerId: string | null
  eulaAcceptedAt: Date | null
  suspendedAt: Date | null
  suspendedReason: string | null
  failure: StoredFailure | null
  failureCount: number
  nextCheckAt: Date | null
  /** Why every payment shall be given back; null: keep them. */
  refundWanted: string | null
  deleteWantedAt: Date | null
  firstRunningAt: Date | null
  deliveredAt: Date | null
  canceledAt: Date | null
  /** Canceled, its subscription over, and what was to be refunded on its way. */
  moneySettledAt: Date | null
  /** A status set in SQL by a person and not followed up yet. */
  changedByHand: HandChange | null
  version: number
  /** Stripe's instant of payment. */
  createdAt: Date
  recordedAt: Date
  updatedAt: Date
}

export interface HandChange {
  from: string
  to: string
  at: string
  by: string
  application: string | null
  address: string | null
}

/** What saveOrder may write. Left out or undefined: stays. */
export type OrderChange = Partial<
  Pick<
    Order,
    | 'status'
    | 'serverName'
    | 'nodeId'
    | 'pterodactylServerId'
    | 'pterodactylServerIdentifier'
    | 'stripeSubscriptionId'
    | 'stripeCustomerId'
    | 'suspendedAt'
    | 'suspendedReason'
    | 'failure'
    | 'failureCount'
    | 'nextCheckAt'
    | 'refundWanted'
    | 'deleteWantedAt'
    | 'firstRunningAt'
    | 'deliveredAt'
    | 'canceledAt'
    | 'moneySettledAt'
  >
>

/** An unpaid order: holds capacity, gives the order its id. */
export interface Checkout {
  id: string
  userId: string
  planId: string
  term: Term
  regionId: string
  serverName: string
  state: CheckoutState
  amountCents: number
  currency: string
  stripePriceId: string
  stripeSessionId: string | null
  stripeSessionUrl: string | null
  keyVersion: number
  sessionExpiresAt: Date
  termsAcceptedAt: Date
  eulaAcceptedAt: Date | null
  clientIp: string | null
  nextCheckAt: Date | null
  createdAt: Date
  updatedAt: Date
}
