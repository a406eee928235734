import { deliveriesOf, eventAsSeen } from '../events/delivery.ts'
import { pageOf } from '../wire/page-of.ts'
import { flag, inRange, paging, params, range, text, texts } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { EventRow } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function readEvent(world: World, id: string): EventRow {
  const found = world.rows.events.get(id)
  if (!found) throw noSuch('event', id)
  return eventAsSeen(world, found)
}

const KEPT_SECONDS = 30 * 86_400

/** False while any endpoint has not taken it: pending, given up or dropped. */
const allDelivered = (world: World, event: EventRow) => deliveriesOf(world, event.id).every((delivery) => delivery.state === 'delivered')

/** `invoice.*` and `*` are patterns. */
const matches = (type: string, pattern: string) =>
  pattern === '*' || type === pattern || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))

export const eventRoutes = [
  route('GET', '/v1/events/:id', params({}), (world, _ask, id) => readEvent(world, id)),
  route(
    'GET',
    '/v1/events',
    params({
      ...paging,
      created: range.optional(),
      delivery_success: flag.optional(),
      type: text.optional(),
      types: texts.max(20).optional(),
    }),
    (world, ask) => {
      if (ask.type && ask.types) throw invalid('You may only specify one of these parameters: type, types.')
      const oldest = nowOf(world) - KEPT_SECONDS
      const { type, types } = ask
      const rows = world.rows.events
        .values()
        .filter((row) => row.created >= oldest)
        .filter((row) => type === undefined || matches(row.type, type))
        .filter((row) => types === undefined || types.some((one) => matches(row.type, one)))
        .filter((row) => ask.delivery_success === undefined || allDelivered(world, row) === ask.delivery_success)
        .filter((row) => inRange(row.created, ask.created))
      const page = pageOf(rows, ask, '/v1/events')
      return { ...page, data: page.data.map((event) => eventAsSeen(world, event)) }
    },
  ),
]
