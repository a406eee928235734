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
  /** How its end was asked for; null: it was not, or only at once. */
  ending: Ending | null
  /** The last change of its plan; null: it has the plan that it was bought with. */
  planChange: PlanChange | null
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

/** What shall become of the server of an order that ends. `later`: suspended at once, deleted after so many days. */
export type ServerEnd = { kind: 'now' } | { kind: 'later'; days: number } | { kind: 'keep' }

/** Ends with the period that is paid for, or no longer does: what the subscription shall say, and what follows on the server. */
export interface Ending {
  atPeriodEnd: boolean
  server: ServerEnd
  reason: string
  /** Actor id; `stripe`: it was set in Stripe's dashboard. */
  by: string
  askedAt: Date
  /** When Stripe was seen to say so; null: it has not followed yet. */
  setAt: Date | null
}

/** `planId` is the new plan from the moment it is asked for; the panel follows, then the price. */
export interface PlanChange {
  /** The how manieth of this order. */
  n: number
  from: string
  to: string
  /** Its price at Stripe, as published when the change was asked for; null: the subscription keeps what it has. */
  price: { id: string; amountCents: number } | null
  askedAt: Date
  /** When the server on the panel had the new limits; null: it may have the old ones, and holds room for both. */
  resizedAt: Date | null
  /** When the subscription had the new price, or proved to be over. */
  pricedAt: Date | null
  /** Answers that Stripe has stored under keys of this change, and that are not to be had again. */
  tries: number
}

/** What saveOrder may write. Left out or undefined: stays. */
export type OrderChange = Partial<
  Pick<
    Order,
    | 'status'
    | 'planId'
    | 'planChange'
    | 'ending'
    | 'amountCents'
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
  /** The name before it was changed for the first time, which Stripe's page was asked for with; null: never changed. */
  askedAs: string | null
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
