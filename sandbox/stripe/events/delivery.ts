import type { EventRow, WebhookEndpoint } from '../wire/shapes.ts'
import type { World } from '../world.ts'

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string
  event: string
  endpoint: string
  state: 'pending' | 'delivered' | 'failed' | 'dropped'
  /** How often each try posts it: 2 while events are doubled. */
  copies: number
  /** Held back to be delivered newest first. */
  held: boolean
  attempts: { atMs: number; status: number | null; error: string | null; tookMs: number }[]
}

const listens = (endpoint: WebhookEndpoint, type: string) =>
  endpoint.status === 'enabled' && (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type))

const keyOf = (eventId: string, endpointId: string) => `${eventId}.${endpointId}`

export const deliveriesOf = (world: World, eventId: string): Delivery[] =>
  world.rows.endpoints.values().flatMap((endpoint) => world.rows.deliveries.get(keyOf(eventId, endpoint.id)) ?? [])

/** `pending_webhooks` is counted when somebody looks: rewriting the row at each try would double what is kept on disk. */
export const eventAsSeen = (world: World, event: EventRow): EventRow => ({
  ...event,
  pending_webhooks: deliveriesOf(world, event.id).filter((delivery) => delivery.state !== 'delivered').length,
})

/** Faults are asked once per event, so that every endpoint sees the same trouble. */
export function planDeliveries(world: World, event: EventRow) {
  const endpoints = world.rows.endpoints.values().filter((endpoint) => listens(endpoint, event.type))
  if (endpoints.length === 0 || world.faults.take('stripe', 'endpoint_disabled', event.type)) return
  const dropped = world.faults.take('stripe', 'webhook_dropped', event.type) !== null
  const reordered = dropped ? null : world.faults.take('stripe', 'webhook_reordered', event.type)
  const late = dropped ? null : world.faults.take('stripe', 'webhook_late', event.type)
  const twice = !dropped && world.faults.take('stripe', 'webhook_twice', event.type) !== null
  const nowMs = world.clock.now().getTime()
  const windowMs = reordered?.ms ?? 2000
  const atMs = (reordered ? Math.floor(nowMs / windowMs + 1) * windowMs : nowMs) + (late ? (late.ms ?? 5000) : 0)
  for (const endpoint of endpoints)
    planDelivery(world, event, endpoint.id, { atMs: dropped ? null : atMs, copies: twice ? 2 : 1, held: reordered !== null })
}

/** @param how.atMs null: recorded as dropped, never tried. */
function planDelivery(world: World, event: EventRow, endpoint: string, how: { atMs: number | null; copies: number; held: boolean }) {
  const delivery: Delivery = {
    id: keyOf(event.id, endpoint),
    event: event.id,
    endpoint,
    state: how.atMs === null ? 'dropped' : 'pending',
    copies: how.copies,
    held: how.held,
    attempts: [],
  }
  world.rows.deliveries.set(delivery.id, delivery)
  if (how.atMs !== null) world.agenda.plan(how.held ? 'delivery.held' : 'delivery', delivery.id, how.atMs)
}

/** Sends an event again to every endpoint that listens, whatever came of it before. Returns how many. */
export function resend(world: World, event: EventRow): number {
  const nowMs = world.clock.now().getTime()
  const endpoints = world.rows.endpoints.values().filter((endpoint) => listens(endpoint, event.type))
  for (const endpoint of endpoints) {
    const old = world.rows.deliveries.get(keyOf(event.id, endpoint.id))
    if (!old) planDelivery(world, event, endpoint.id, { atMs: nowMs, copies: 1, held: false })
    else {
      world.rows.deliveries.set(old.id, { ...old, state: 'pending', held: false, copies: 1 })
      world.agenda.plan('delivery', old.id, nowMs)
    }
  }
  return endpoints.length
}
