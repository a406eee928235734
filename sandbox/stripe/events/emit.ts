import { newId } from '../wire/ids.ts'
import type { EventRow, EventType } from '../wire/shapes.ts'
import { API_VERSION, nowOf, type World } from '../world.ts'
import { planDeliveries } from './delivery.ts'

/**
 * Records that something happened and plans its delivery to every endpoint that listens.
 * @param previous the old values of what changed, for `*.updated`.
 */
export function emit(world: World, type: EventType, object: object, previous?: Record<string, unknown>): EventRow {
  const event: EventRow = {
    id: newId('evt_1'),
    object: 'event',
    api_version: API_VERSION,
    created: nowOf(world),
    data: { object: structuredClone(object), ...(previous ? { previous_attributes: structuredClone(previous) } : {}) },
    livemode: false,
    pending_webhooks: 0,
    request: world.cause ?? { id: null, idempotency_key: null },
    type,
  }
  world.rows.events.set(event.id, event)
  planDeliveries(world, event)
  return event
}
