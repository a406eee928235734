import type Stripe from 'stripe'

/**
 * The SDK's types as they travel: decimals are strings, and what may be expanded is its id.
 * Everything stored and sent has one of these types, so a forgotten field does not compile.
 */
export type Wire<T> = [Extract<T, string>] extends [never] ? Deep<T> : Exclude<T, { id: string }>
type Deep<T> = T extends Stripe.Decimal ? string : T extends (infer U)[] ? Wire<U>[] : T extends object ? { [K in keyof T]: Wire<T[K]> } : T

export type Product = Deep<Stripe.Product>
export type Price = Deep<Stripe.Price>
export type Plan = Deep<Stripe.Plan>
export type Coupon = Deep<Stripe.Coupon>
export type PromotionCode = Deep<Stripe.PromotionCode>
export type Discount = Deep<Stripe.Discount>
export type Customer = Deep<Stripe.Customer>
export type DeletedCustomer = Deep<Stripe.DeletedCustomer>
export type Session = Deep<Stripe.Checkout.Session>
export type LineItem = Deep<Stripe.LineItem>
export type Subscription = Deep<Stripe.Subscription>
export type SubscriptionItem = Deep<Stripe.SubscriptionItem>
export type Invoice = Deep<Stripe.Invoice>
export type InvoiceLine = Deep<Stripe.InvoiceLineItem>
export type InvoicePayment = Deep<Stripe.InvoicePayment>
export type PaymentIntent = Deep<Stripe.PaymentIntent>
export type PaymentMethod = Deep<Stripe.PaymentMethod>
export type Charge = Deep<Stripe.Charge>
export type Refund = Deep<Stripe.Refund>
export type Dispute = Deep<Stripe.Dispute>
export type WebhookEndpoint = Deep<Stripe.WebhookEndpoint>
export type PortalConfiguration = Deep<Stripe.BillingPortal.Configuration>
export type PortalSession = Deep<Stripe.BillingPortal.Session>
export type TestClock = Deep<Stripe.TestHelpers.TestClock>
export type Balance = Deep<Stripe.Balance>
export type Account = Deep<Stripe.Account>
export type EventType = Stripe.Event['type']

/** The envelope of an event; the object inside is a snapshot taken when it happened. */
export interface EventRow {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: unknown; previous_attributes?: Record<string, unknown> }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null } | null
  type: EventType
}
