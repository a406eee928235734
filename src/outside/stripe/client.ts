import Sdk from 'stripe'
import { Failure } from '../../kit/failure.ts'
import { toRefund, toSession, toSubscription } from './convert.ts'
import { undeliveredEvents, webhookEndpoints } from './deliveries.ts'
import { eventsSince, verifyEvent } from './events.ts'
import { metadataOf } from './metadata.ts'
import { paymentsOf, refundsOf } from './money.ts'
import { ensurePrice } from './prices.ts'
import { reporting } from './reporting.ts'
import type { NewSession, Stripe, StripeHooks } from './types.ts'

export interface StripeOptions {
  secretKey: string
  /** Several while one is rolled. */
  webhookSecrets: string[]
  /** Marks our objects: metadata.app. */
  app: string
  hooks: StripeHooks
  timeoutMs?: number
  /** Where the API is, when it is not Stripe's own. */
  host?: string
  port?: number
  protocol?: 'http' | 'https'
  now?: () => Date
}

const CARDS = ['card']
/** Settle after days: opt-in per plan, since the hold lasts as long. */
const CARDS_AND_DEBITS = ['card', 'us_bank_account', 'sepa_debit']

/**
 * Stripe's API 2026-10-28.endive by its own SDK. Retries are ours to make; the SDK only repeats, once, what went into a
 * connection that was closed, so every POST that makes something carries a key.
 */
export function createStripe(options: StripeOptions): Stripe {
  const { app } = options
  const now = options.now ?? (() => new Date())
  const sdk = new Sdk(options.secretKey, {
    apiVersion: '2026-10-28.endive',
    maxNetworkRetries: 0,
    timeout: options.timeoutMs ?? 20_000,
    telemetry: false,
    ...(options.host ? { host: options.host, port: options.port, protocol: options.protocol ?? 'https' } : {}),
  })
  const reported = reporting(options.hooks)
  const session = (sent: Sdk.Checkout.Session) => toSession(sent, app)

  return {
    createCustomer: (call, customer) =>
      reported(call, 'POST /v1/customers', () =>
        sdk.customers.create(
          { email: customer.email, name: customer.name, metadata: { app, user_id: customer.userId } },
          { idempotencyKey: `${app}:customer:${customer.userId}:${customer.email}`.slice(0, 255) },
        ),
      ),
    createSession: async (call, ask) =>
      session(
        await reported(call, 'POST /v1/checkout/sessions', () =>
          sdk.checkout.sessions.create(sessionParams(ask, app), { idempotencyKey: ask.key }),
        ),
      ),
    session: (call, id) =>
      orNull(async () =>
        session(await reported(call, `GET /v1/checkout/sessions/${id}`, () => sdk.checkout.sessions.retrieve(id, { expand: ['invoice'] }))),
      ),
    sessionsOf: async (call, customer) =>
      (await reported(call, 'GET /v1/checkout/sessions', () => sdk.checkout.sessions.list({ customer, limit: 100 }))).data.map(session),
    sessionsSince: async function* (call, since) {
      const created = { gte: Math.floor(since.getTime() / 1000) }
      for (let after: string | undefined; ; ) {
        const page = await reported(call, 'GET /v1/checkout/sessions', () =>
          sdk.checkout.sessions.list({ created, limit: 100, starting_after: after }),
        )
        yield page.data.map(session)
        after = page.data.at(-1)?.id
        if (!page.has_more || !after) return
      }
    },
    expireSession: async (call, id) =>
      session(await reported(call, `POST /v1/checkout/sessions/${id}/expire`, () => sdk.checkout.sessions.expire(id))),
    subscription: (call, id) =>
      orNull(async () => toSubscription(await reported(call, `GET /v1/subscriptions/${id}`, () => sdk.subscriptions.retrieve(id)), app)),
    async cancelSubscription(call, id) {
      try {
        const ended = await reported(call, `DELETE /v1/subscriptions/${id}`, () =>
          sdk.subscriptions.cancel(id, { prorate: false, invoice_now: false }),
        )
        return toSubscription(ended, app)
      } catch (thrown) {
        // A canceled subscription cannot be canceled again; that it is canceled is what was asked for.
        if (!isMissing(thrown)) throw thrown
        return toSubscription(await reported(call, `GET /v1/subscriptions/${id}`, () => sdk.subscriptions.retrieve(id)), app)
      }
    },
    endAtPeriodEnd: async (call, { subscriptionId, atPeriodEnd }) =>
      toSubscription(
        await reported(call, `POST /v1/subscriptions/${subscriptionId}`, () =>
          sdk.subscriptions.update(subscriptionId, { cancel_at_period_end: atPeriodEnd }),
        ),
        app,
      ),
    openInvoiceOf: async (call, subscription) => {
      const [invoice] = (await reported(call, 'GET /v1/invoices', () => sdk.invoices.list({ subscription, status: 'open', limit: 1 }))).data
      return invoice
        ? {
            id: invoice.id ?? '',
            payUrl: invoice.hosted_invoice_url ?? null,
            amountCents: invoice.amount_remaining,
            currency: invoice.currency,
          }
        : null
    },
    changePrice: async (call, { subscriptionId, itemId, priceId, planId, key }) =>
      toSubscription(
        await reported(call, `POST /v1/subscriptions/${subscriptionId}`, () =>
          sdk.subscriptions.update(
            subscriptionId,
            { items: [{ id: itemId, price: priceId }], proration_behavior: 'create_prorations', metadata: { plan_id: planId } },
            { idempotencyKey: key },
          ),
        ),
        app,
      ),
    paymentsOf: (call, { subscriptionId }) => paymentsOf(sdk, reported, call, subscriptionId),
    refundsOf: (call, paymentIntentId) => refundsOf(sdk, reported, call, paymentIntentId),
    refund: async (call, ask) =>
      toRefund(
        await reported(call, 'POST /v1/refunds', () =>
          sdk.refunds.create(
            {
              payment_intent: ask.paymentIntentId,
              amount: ask.amountCents,
              reason: 'requested_by_customer',
              metadata: { app, order_id: ask.orderId, why: ask.reason.slice(0, 500), ...(ask.wish ? { wish: String(ask.wish) } : {}) },
            },
            { idempotencyKey: ask.key },
          ),
        ),
      ),
    ensurePrice: (call, price) => ensurePrice(sdk, reported, app, call, price),
    verifyEvent: (rawBody, signature) => verifyEvent(sdk, options.webhookSecrets, rawBody, signature, now()),
    events: (call, since, types) => eventsSince(sdk, reported, call, { since, until: now(), types }),
    webhookEndpoints: (call) => webhookEndpoints(sdk, reported, call),
    undeliveredEvents: (call, ask) => undeliveredEvents(sdk, reported, call, ask),
  }
}

/** The same ask gives the same parameters, byte for byte: Stripe compares them under one idempotency key. */
function sessionParams(ask: NewSession, app: string): Sdk.Checkout.SessionCreateParams {
  const metadata = metadataOf(app, ask.orderId, ask.bought)
  return {
    mode: 'subscription',
    client_reference_id: ask.orderId,
    customer: ask.customerId,
    line_items: [{ price: ask.priceId, quantity: 1 }],
    metadata,
    subscription_data: { metadata, description: ask.description },
    allowed_payment_method_types: ask.delayedPayments ? CARDS_AND_DEBITS : CARDS,
    expires_at: Math.floor(ask.expiresAt.getTime() / 1000),
    success_url: ask.successUrl,
    cancel_url: ask.cancelUrl,
  }
}

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Failure && thrown.facts['status'] === 404 && thrown.facts['stripeCode'] === 'resource_missing'

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}
