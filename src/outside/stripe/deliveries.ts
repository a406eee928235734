import type Sdk from 'stripe'
import type { Reported } from './reporting.ts'
import type { StripeCall, UndeliveredEvent, WebhookEndpoint } from './types.ts'

const PAGES_MAX = 10

export async function webhookEndpoints(sdk: Sdk, reported: Reported, call: StripeCall): Promise<WebhookEndpoint[]> {
  const page = await reported(call, 'GET /v1/webhook_endpoints', () => sdk.webhookEndpoints.list({ limit: 100 }))
  return page.data.map(({ id, url, status }) => ({ id, url, enabled: status === 'enabled' }))
}

/** Newest first; at most a thousand, which is trouble enough. */
export async function undeliveredEvents(
  sdk: Sdk,
  reported: Reported,
  call: StripeCall,
  ask: { since: Date; until: Date; types: string[] },
): Promise<UndeliveredEvent[]> {
  const [gte, lt] = [Math.floor(ask.since.getTime() / 1_000), Math.floor(ask.until.getTime() / 1_000)]
  const found: UndeliveredEvent[] = []
  let after: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await reported(call, 'GET /v1/events', () =>
      sdk.events.list({ delivery_success: false, created: { gte, lt }, types: ask.types, limit: 100, starting_after: after }),
    )
    found.push(...page.data.map(({ id, type, created }) => ({ id, type, createdAt: new Date(created * 1_000) })))
    after = page.data.at(-1)?.id
    if (!page.has_more || !after) break
  }
  return found
}
