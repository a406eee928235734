import { paginate } from '../laravel/page.ts'
import { route } from '../router.ts'
import { EGG } from '../transform/egg.ts'
import { item, list } from '../transform/fractal.ts'
import { NEST } from '../transform/nest.ts'
import { ok } from '../world.ts'

/** Nests and eggs are read only here; eggs are not paged. */
export const nestRoutes = () => [
  route('GET', 'api/application/nests', 'nests:r', (visit) => {
    const page = paginate(visit.world.store.nests.all(), visit.query, visit.url)
    return ok({ ...list(NEST, page.rows, visit), meta: page.meta })
  }),
  route('GET', 'api/application/nests/{nest}', 'nests:r', (visit, { nest }) => ok(item(NEST, nest, visit))),
  route('GET', 'api/application/nests/{nest}/eggs', 'eggs:r', (visit, { nest }) =>
    ok(list(EGG, visit.world.store.eggs.where('nest', nest.id), visit)),
  ),
  route('GET', 'api/application/nests/{nest}/eggs/{egg}', 'eggs:r', (visit, { egg }) => ok(item(EGG, egg, visit))),
]
