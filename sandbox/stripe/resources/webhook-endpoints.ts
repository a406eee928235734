import { newId, randomLetters } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { emptyable, flag, mergeMetadata, metadata, paging, params, text, texts, unused } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { WebhookEndpoint } from '../wire/shapes.ts'
import { API_VERSION, nowOf, type World } from '../world.ts'

export function readEndpoint(world: World, id: string): WebhookEndpoint {
  const found = world.rows.endpoints.get(id)
  if (!found) throw noSuch('webhook endpoint', id)
  return found
}

interface EndpointAsk {
  url: string
  enabled_events: string[]
  description?: string
  metadata?: Record<string, string>
  secret?: string
}

/** The secret is shown once, in the answer to this. */
export function createEndpoint(world: World, ask: EndpointAsk): WebhookEndpoint {
  if (!/^https?:\/\/[^\s]+$/.test(ask.url))
    throw invalid('Invalid URL: an explicit scheme (such as https) must be provided.', 'url', 'url_invalid')
  const endpoint: WebhookEndpoint = {
    id: newId('we_1'),
    object: 'webhook_endpoint',
    api_version: API_VERSION,
    application: null,
    created: nowOf(world),
    description: ask.description || null,
    enabled_events: ask.enabled_events,
    livemode: false,
    metadata: ask.metadata ?? {},
    status: 'enabled',
    url: ask.url,
  }
  const secret = ask.secret ?? `whsec_${randomLetters(32)}`
  world.rows.endpoints.set(endpoint.id, endpoint)
  world.rows.endpointSecrets.set(endpoint.id, { id: endpoint.id, secret, previous: null })
  return { ...endpoint, secret }
}

/** Replaces the secret; for `overlapSeconds` both sign. Returns the new one. */
export function rollSecret(world: World, id: string, overlapSeconds = 86_400, next = `whsec_${randomLetters(32)}`): string {
  const kept = world.rows.endpointSecrets.get(readEndpoint(world, id).id)
  const previous = kept ? { secret: kept.secret, until: nowOf(world) + overlapSeconds } : null
  world.rows.endpointSecrets.set(id, { id, secret: next, previous })
  return next
}

export const webhookEndpointRoutes = [
  route(
    'POST',
    '/v1/webhook_endpoints',
    params({
      url: text,
      enabled_events: texts.min(1),
      api_version: text.optional(),
      description: emptyable(text).optional(),
      metadata: metadata.optional(),
      ...unused('connect'),
    }),
    (world, ask) => {
      if (ask.api_version !== undefined && ask.api_version !== API_VERSION)
        throw invalid(`Invalid API version: ${ask.api_version}. This sandbox renders events at ${API_VERSION} only.`, 'api_version')
      return createEndpoint(world, {
        url: ask.url,
        enabled_events: ask.enabled_events,
        description: ask.description ?? '',
        metadata: mergeMetadata({}, ask.metadata),
      })
    },
  ),
  route('GET', '/v1/webhook_endpoints/:id', params({}), (world, _ask, id) => readEndpoint(world, id)),
  route(
    'POST',
    '/v1/webhook_endpoints/:id',
    params({
      url: text.optional(),
      enabled_events: texts.min(1).optional(),
      description: emptyable(text).optional(),
      disabled: flag.optional(),
      metadata: metadata.optional(),
    }),
    (world, ask, id) => {
      const old = readEndpoint(world, id)
      const endpoint: WebhookEndpoint = {
        ...old,
        description: ask.description === undefined ? old.description : ask.description || null,
        enabled_events: ask.enabled_events ?? old.enabled_events,
        metadata: mergeMetadata(old.metadata, ask.metadata),
        status: ask.disabled === undefined ? old.status : ask.disabled ? 'disabled' : 'enabled',
        url: ask.url ?? old.url,
      }
      world.rows.endpoints.set(id, endpoint)
      return endpoint
    },
  ),
  route('DELETE', '/v1/webhook_endpoints/:id', params({}), (world, _ask, id) => {
    readEndpoint(world, id)
    world.rows.endpoints.delete(id)
    world.rows.endpointSecrets.delete(id)
    return { id, object: 'webhook_endpoint', deleted: true }
  }),
  route('GET', '/v1/webhook_endpoints', params(paging), (world, ask) => {
    const off = world.faults.take('stripe', 'endpoint_disabled', 'GET /v1/webhook_endpoints') !== null
    const rows = world.rows.endpoints.values().map((row) => (off ? { ...row, status: 'disabled' } : row))
    return pageOf(rows, ask, '/v1/webhook_endpoints')
  }),
]
