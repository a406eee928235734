import Sdk from 'stripe'
import type { StripeOptions } from './client.ts'
import { idOf, instant } from './convert.ts'
import { fingerprintOf } from './events.ts'
import { reporting } from './reporting.ts'

/** How Stripe's side of the shop is set up. Like `Stripe`, every method returns a value or throws a Failure. */
export interface StripeSetup {
  /** Version of the API that we speak; an endpoint that renders events at another one sends us what we do not know. */
  apiVersion: string
  /** `date` by Stripe's clock, to the second. */
  account(): Promise<{ id: string; chargesEnabled: boolean; date: Date | null }>
  prices(): Promise<SetupPrice[]>
  endpoints(): Promise<SetupEndpoint[]>
  /** The secret is told this once. @param ask.key an idempotency key */
  createEndpoint(ask: {
    url: string
    events: string[]
    description: string
    key: string
  }): Promise<{ id: string; secret: string; fingerprint: string }>
  disableEndpoint(id: string): Promise<void>
}
export interface SetupPrice {
  id: string
  active: boolean
  amountCents: number | null
  currency: string
  productId: string
}
export interface SetupEndpoint {
  id: string
  url: string
  enabled: boolean
  events: string[]
  /** Null: the account's own. */
  apiVersion: string | null
  createdAt: Date
}

const VERSION = '2026-10-28.endive'
/** A shop with more prices than this is looked at in part. */
const PAGES_MAX = 10

export function createStripeSetup(options: Omit<StripeOptions, 'webhookSecrets' | 'now'>): StripeSetup {
  const sdk = new Sdk(options.secretKey, {
    apiVersion: VERSION,
    maxNetworkRetries: 0,
    timeout: options.timeoutMs ?? 6_000,
    telemetry: false,
    ...(options.host ? { host: options.host, port: options.port, protocol: options.protocol ?? 'https' } : {}),
  })
  const reported = reporting(options.hooks)
  return {
    apiVersion: VERSION,
    async account() {
      const account = await reported({}, 'GET /v1/account', () => sdk.accounts.retrieveCurrent())
      const sent = new Date(account.lastResponse.headers['date'] ?? Number.NaN)
      return { id: account.id, chargesEnabled: account.charges_enabled, date: Number.isNaN(sent.getTime()) ? null : sent }
    },
    async prices() {
      const found: SetupPrice[] = []
      let after: string | undefined
      for (let pages = 0; pages < PAGES_MAX; pages += 1) {
        const page = await reported({}, 'GET /v1/prices', () => sdk.prices.list({ limit: 100, starting_after: after }))
        found.push(...page.data.map(toPrice))
        after = page.data.at(-1)?.id
        if (!page.has_more || !after) break
      }
      return found
    },
    async endpoints() {
      const page = await reported({}, 'GET /v1/webhook_endpoints', () => sdk.webhookEndpoints.list({ limit: 100 }))
      return page.data.map(toEndpoint)
    },
    async createEndpoint({ url, events, description, key }) {
      const ask: Sdk.WebhookEndpointCreateParams = {
        url,
        enabled_events: events as Sdk.WebhookEndpointCreateParams.EnabledEvent[],
        api_version: VERSION,
        description,
        metadata: { app: options.app },
      }
      const made = await reported({}, 'POST /v1/webhook_endpoints', () => sdk.webhookEndpoints.create(ask, { idempotencyKey: key }))
      const secret = made.secret ?? ''
      return { id: made.id, secret, fingerprint: fingerprintOf(secret) }
    },
    async disableEndpoint(id) {
      await reported({}, `POST /v1/webhook_endpoints/${id}`, () => sdk.webhookEndpoints.update(id, { disabled: true }))
    },
  }
}

const toPrice = (price: Sdk.Price): SetupPrice => ({
  id: price.id,
  active: price.active,
  amountCents: price.unit_amount,
  currency: price.currency,
  productId: idOf(price.product) ?? '',
})

const toEndpoint = (endpoint: Sdk.WebhookEndpoint): SetupEndpoint => ({
  id: endpoint.id,
  url: endpoint.url,
  enabled: endpoint.status === 'enabled',
  events: endpoint.enabled_events,
  apiVersion: endpoint.api_version,
  createdAt: instant(endpoint.created),
})
