import { invalid, refused } from '../errors.ts'
import { fold } from '../fold.ts'
import { paginate } from '../laravel/page.ts'
import { partial, select } from '../laravel/query.ts'
import { validate } from '../laravel/validator.ts'
import { route } from '../router.ts'
import type { LocationRow } from '../rows.ts'
import { item, list } from '../transform/fractal.ts'
import { LOCATION } from '../transform/node.ts'
import { created, noContent, ok, type Visit } from '../world.ts'

const NAMES = { short: 'Location Identifier', long: 'Location Description' }

function check({ world: { store }, input }: Visit, self?: LocationRow): Pick<LocationRow, 'short'> & Partial<LocationRow> {
  const faults = validate(
    input,
    {
      short: [
        'required',
        'string',
        'between:1,60',
        { rule: 'unique', passes: (value) => store.locations.where('short', fold(String(value))).every((row) => row.id === self?.id) },
      ],
      long: ['string', 'nullable', 'between:1,191'],
    },
    NAMES,
  )
  if (faults.length > 0) throw invalid(faults)
  return { short: String(input['short']), ...('long' in input ? { long: input['long'] as string | null } : {}) }
}

export const locationRoutes = () => [
  route('GET', 'api/application/locations', 'locations:r', (visit) => {
    const rows = select(visit.world.store.locations.all(), visit.query, {
      filters: { short: partial((row: LocationRow) => row.short), long: partial((row: LocationRow) => row.long) },
      sorts: { id: (row) => row.id },
    })
    const page = paginate(rows, visit.query, visit.url)
    return ok({ ...list(LOCATION, page.rows, visit), meta: page.meta })
  }),
  route('GET', 'api/application/locations/{location}', 'locations:r', (visit, { location }) => ok(item(LOCATION, location, visit))),
  route('POST', 'api/application/locations', 'locations:w', (visit) => {
    const { store } = visit.world
    const stamp = store.stamp()
    const asked = check(visit)
    const saved = store.locations.set({ long: null, ...asked, id: store.nextId('locations'), created_at: stamp, updated_at: stamp })
    return created(item(LOCATION, saved, visit), `${visit.origin}/api/application/locations/${saved.id}`)
  }),
  route('PATCH', 'api/application/locations/{location}', 'locations:w', (visit, { location }) => {
    const { store } = visit.world
    return ok(item(LOCATION, store.locations.patch(location.id, { ...check(visit, location), updated_at: store.stamp() }), visit))
  }),
  route('DELETE', 'api/application/locations/{location}', 'locations:w', ({ world: { store } }, { location }) => {
    if (store.nodes.where('location', location.id).length > 0) {
      throw refused('Cannot delete a location that has active nodes attached to it.', 'HasActiveNodesException')
    }
    store.locations.delete(location.id)
    return noContent
  }),
]
