import type { Collection, Journal } from '../kit/journal.ts'
import type { AgendaRow } from './agenda.ts'
import type { Delivery } from './events/delivery.ts'
import type { BankMethod, CardBehaviour, ReadCard } from './payments/cards.ts'
import type { StoredAnswer } from './wire/idempotency.ts'
import type * as Shape from './wire/shapes.ts'

/** What a session knows beyond what the API shows. */
export interface SessionPlan {
  id: string
  lines: Shape.LineItem[]
  subscriptionData: {
    metadata: Record<string, string>
    description: string | null
    trialPeriodDays: number | null
    trialEnd: number | null
  }
  intentData: { metadata: Record<string, string>; description: string | null }
  discounts: Shape.Discount[]
  paymentIntent: string | null
  /** A card that waits for its holder to confirm. */
  awaiting: (ReadCard & { name: string | null; email: string | null }) | null
}
/** How a stored payment method behaves when it is charged; card numbers are not kept. */
export interface MethodSecret {
  id: string
  behaviour: CardBehaviour | BankMethod
}
export interface EndpointSecret {
  id: string
  secret: string
  /** The secret before the last roll, signing too until this moment (seconds). */
  previous: { secret: string; until: number } | null
}
/** Proration lines waiting for the subscription's next invoice. */
export interface PendingLines {
  id: string
  lines: Shape.InvoiceLine[]
}

/** Prefix `stripe.`: the journal is shared with the other sandboxes. */
export const openTables = (journal: Journal) => {
  const open = <T>(name: string): Collection<T> => journal.collection<T>(`stripe.${name}`)
  return {
    products: open<Shape.Product>('products'),
    prices: open<Shape.Price>('prices'),
    coupons: open<Shape.Coupon>('coupons'),
    promotionCodes: open<Shape.PromotionCode>('promotion_codes'),
    discounts: open<Shape.Discount>('discounts'),
    customers: open<Shape.Customer>('customers'),
    deletedCustomers: open<Shape.DeletedCustomer>('deleted_customers'),
    sessions: open<Shape.Session>('sessions'),
    sessionPlans: open<SessionPlan>('session_plans'),
    subscriptions: open<Shape.Subscription>('subscriptions'),
    pendingLines: open<PendingLines>('pending_lines'),
    invoices: open<Shape.Invoice>('invoices'),
    invoicePayments: open<Shape.InvoicePayment>('invoice_payments'),
    paymentIntents: open<Shape.PaymentIntent>('payment_intents'),
    paymentMethods: open<Shape.PaymentMethod>('payment_methods'),
    methodSecrets: open<MethodSecret>('method_secrets'),
    charges: open<Shape.Charge>('charges'),
    refunds: open<Shape.Refund>('refunds'),
    disputes: open<Shape.Dispute>('disputes'),
    portalConfigurations: open<Shape.PortalConfiguration>('portal_configurations'),
    portalSessions: open<Shape.PortalSession>('portal_sessions'),
    testClocks: open<Shape.TestClock>('test_clocks'),
    endpoints: open<Shape.WebhookEndpoint>('endpoints'),
    endpointSecrets: open<EndpointSecret>('endpoint_secrets'),
    events: open<Shape.EventRow>('events'),
    deliveries: open<Delivery>('deliveries'),
    answers: open<StoredAnswer>('answers'),
    agenda: open<AgendaRow>('agenda'),
  }
}
export type Tables = ReturnType<typeof openTables>
