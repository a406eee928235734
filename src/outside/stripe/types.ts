/**
 * Stripe as rooms see it (API 2026-10-28.endive). Ids are Stripe's own; amounts are whole cents; instants are Dates.
 * Every method returns a value or throws a Failure with facts {answered, status, stripeCode, requestId}. `answered: false` means unknown.
 */
export interface Stripe {
  createCustomer(call: StripeCall, customer: { userId: string; email: string; name: string }): Promise<{ id: string }>
  createSession(call: StripeCall, session: NewSession): Promise<Session>
  session(call: StripeCall, id: string): Promise<Session | null>
  /** Newest first; used to find a session whose creation was answered with nothing or a stored 500. */
  sessionsOf(call: StripeCall, customerId: string): Promise<Session[]>
  /** Sessions opened from `since` on, newest first, a page at a time; `paidAt` is not told here. */
  sessionsSince(call: StripeCall, since: Date): AsyncIterable<Session[]>
  expireSession(call: StripeCall, id: string): Promise<Session>
  subscription(call: StripeCall, id: string): Promise<Subscription | null>
  /** Now, without proration. Cancelling a cancelled one is fine. */
  cancelSubscription(call: StripeCall, id: string): Promise<Subscription>
  /** Whether it ends with the period that is paid for; said again it changes nothing. */
  endAtPeriodEnd(call: StripeCall, ask: { subscriptionId: string; atPeriodEnd: boolean }): Promise<Subscription>
  /** The newest invoice of a subscription that waits to be paid, and where it can be. */
  openInvoiceOf(call: StripeCall, subscriptionId: string): Promise<OpenInvoice | null>
  /** Another price for an item from now on: what is left of the running period is evened out on the next invoice. */
  changePrice(call: StripeCall, change: PriceChange): Promise<Subscription>
  /** The money that came in for a subscription or a session: one entry per payment intent that succeeded. */
  paymentsOf(call: StripeCall, of: { subscriptionId: string }): Promise<Payment[]>
  /** Refunds of one payment, newest first. */
  refundsOf(call: StripeCall, paymentIntentId: string): Promise<Refund[]>
  refund(
    call: StripeCall,
    refund: { paymentIntentId: string; amountCents: number; reason: string; orderId: string; key: string; wish?: number },
  ): Promise<Refund>
  /** Idempotent by lookup key `plan:<planId>:<term>:<amount>`. */
  ensurePrice(call: StripeCall, price: NewPrice): Promise<{ priceId: string; productId: string }>
  /** Checks the signature on the raw body against each configured secret. Throws `billing.bad_signature` (denied, 400). */
  verifyEvent(rawBody: string, signature: string): StripeEvent
  /** Events from `since` on, oldest first, at most 30 days back; of these types (at most 20), or all. */
  events(call: StripeCall, since: Date, types?: string[]): AsyncIterable<StripeEvent[]>
  /** Every endpoint of the account, those of other applications too. */
  webhookEndpoints(call: StripeCall): Promise<WebhookEndpoint[]>
  /** Events that not every endpoint of the account has taken, or not yet; newest first. */
  undeliveredEvents(call: StripeCall, ask: { since: Date; until: Date; types: string[] }): Promise<UndeliveredEvent[]>
}

export interface WebhookEndpoint {
  id: string
  url: string
  enabled: boolean
}
export interface UndeliveredEvent {
  id: string
  type: string
  createdAt: Date
}

/** `facts` of a Failure thrown by the adapter. */
export interface StripeFacts {
  /** False: no answer, a reset, a time-out or something that is not Stripe's JSON. What was asked may or may not have happened. */
  answered: boolean
  status: number | null
  stripeCode: string | null
  requestId: string | null
  /** Stripe's own words, for the operator. */
  message: string
}

/** For the timeline and the log. */
export interface StripeCall {
  orderId?: string
  signal?: AbortSignal
}
export interface StripeCallRecord {
  call: StripeCall
  method: string
  path: string
  status: number | null
  ms: number
  requestId: string | null
  stripeCode: string | null
}
export interface StripeHooks {
  after(record: StripeCallRecord): Promise<void>
}

export interface NewSession {
  orderId: string
  customerId: string
  priceId: string
  expiresAt: Date
  successUrl: string
  cancelUrl: string
  delayedPayments: boolean
  description: string
  bought: Bought
  /** Idempotency key. */
  key: string
}
/** What was bought: enough to make a checkout again that a restored database no longer has. Kept in Stripe's metadata. */
export interface Bought {
  userId: string
  planId: string
  regionId: string
  term: string
  /** As it was when the page was asked for. */
  serverName: string
  termsAcceptedAt: Date
  eulaAcceptedAt: Date | null
}
export interface Session {
  id: string
  url: string | null
  /** Our order id: client_reference_id. */
  orderId: string | null
  /** True when the metadata names our app. */
  ours: boolean
  status: 'open' | 'complete' | 'expired'
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'
  subscriptionId: string | null
  customerId: string | null
  /** The address given on the page; known once it is complete. */
  customerEmail: string | null
  amountCents: number
  currency: string
  /** Null for a page of before this was kept, or of another shop. */
  bought: Bought | null
  createdAt: Date
  expiresAt: Date
  /** Instant of payment where Stripe says it (latest succeeded payment), else null. */
  paidAt: Date | null
}
export interface Subscription {
  id: string
  orderId: string | null
  customerId: string
  status: string
  cancelAtPeriodEnd: boolean
  currentPeriodEnd: Date | null
  endedAt: Date | null
  items: { id: string; priceId: string }[]
}
export interface OpenInvoice {
  id: string
  payUrl: string | null
  amountCents: number
  currency: string
}
export interface PriceChange {
  subscriptionId: string
  itemId: string
  priceId: string
  /** What the subscription is of from now on: its metadata says so too. */
  planId: string
  /** Idempotency key. */
  key: string
}
export interface Payment {
  paymentIntentId: string
  invoiceId: string
  amountCents: number
  refundedCents: number
  currency: string
  paidAt: Date
}
export interface Refund {
  id: string
  paymentIntentId: string
  amountCents: number
  status: string
  /** The how manieth wish of its order it serves; null: the whole payment's, or somebody made it in Stripe's dashboard. */
  wish: number | null
  createdAt: Date
}
export interface NewPrice {
  planId: string
  planName: string
  term: string
  months: number
  amountCents: number
  currency: string
}
export interface StripeEvent {
  id: string
  type: string
  apiVersion: string | null
  createdAt: Date
  /** The event as Stripe sent it. */
  payload: Record<string, unknown>
  /** Of a webhook: the fingerprint of the secret that it was verified with. */
  signedWith?: string
  /** Id and kind of the object inside: the handler asks Stripe for it afresh. */
  object: { id: string; kind: string }
}
