import { paginate } from '../laravel/page.ts'
import { route } from '../router.ts'
import type { EggRow, VariableRow } from '../rows.ts'
import { EGG } from '../transform/egg.ts'
import { item, list } from '../transform/fractal.ts'
import { NEST } from '../transform/nest.ts'
import { ok, type Visit } from '../world.ts'

/** Nests and eggs are read only here; eggs are not paged. */
export const nestRoutes = () => [
  route('GET', 'api/application/nests', 'nests:r', (visit) => {
    const page = paginate(visit.world.store.nests.all(), visit.query, visit.url)
    return ok({ ...list(NEST, page.rows, visit), meta: page.meta })
  }),
  route('GET', 'api/application/nests/{nest}', 'nests:r', (visit, { nest }) => ok(item(NEST, nest, visit))),
  route('GET', 'api/application/nests/{nest}/eggs', 'eggs:r', (visit, { nest }) =>
    ok(list(EGG, meddled(visit, visit.world.store.eggs.where('nest', nest.id)), visit)),
  ),
  route('GET', 'api/application/nests/{nest}/eggs/{egg}', 'eggs:r', (visit, { egg }) => ok(item(EGG, egg, visit))),
]

/** Eggs after somebody was at them: one removed, or one more variable that must be given. */
function meddled({ world: { faults }, what }: Visit, eggs: EggRow[]): EggRow[] {
  const gone = faults.take('panel', 'egg_gone', what)
  const added = faults.take('panel', 'variable_added', what)
  const left = gone ? eggs.filter((egg) => gone.field !== undefined && egg.name !== gone.field) : eggs
  const name = added?.field ?? 'SERVER_TOKEN'
  const variable = (egg: EggRow): VariableRow => ({
    ...{ id: 100_000 + egg.id, egg_id: egg.id, name, description: '', env_variable: name, default_value: '' },
    ...{ user_viewable: true, user_editable: true, rules: 'required|string', created_at: egg.created_at, updated_at: egg.updated_at },
  })
  return added ? left.map((egg) => ({ ...egg, variables: [...egg.variables, variable(egg)] })) : left
}
