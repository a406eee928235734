import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { paging, params, text, unused, whole } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { TestClock } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

function readTestClock(world: World, id: string): TestClock {
  const found = world.rows.testClocks.get(id)
  if (!found) throw noSuch('test clock', id)
  return found
}

/** The sandbox has one clock: advancing any test clock moves everything. */
function advance(world: World, old: TestClock, to: number): TestClock {
  const advancing: TestClock = { ...old, frozen_time: to, status: 'advancing', status_details: { advancing: { target_frozen_time: to } } }
  world.rows.testClocks.set(old.id, advancing)
  emit(world, 'test_helpers.test_clock.advancing', advancing)
  const arrive = () => {
    const ready: TestClock = { ...advancing, status: 'ready', status_details: {} }
    world.rows.testClocks.set(old.id, ready)
    emit(world, 'test_helpers.test_clock.ready', ready)
  }
  const failed = () => world.rows.testClocks.set(old.id, { ...advancing, status: 'internal_failure', status_details: {} })
  world.clock.advance((to - nowOf(world)) * 1000).then(arrive, failed)
  return advancing
}

export const testClockRoutes = [
  route(
    'POST',
    '/v1/test_helpers/test_clocks',
    params({ frozen_time: whole, name: text.optional(), ...unused('customer') }),
    (world, ask) => {
      const at = nowOf(world)
      if (Math.abs(ask.frozen_time - at) > 300) throw invalid('The sandbox has one clock: frozen_time must be the present.', 'frozen_time')
      const made: TestClock = {
        id: newId('clock_1'),
        object: 'test_helpers.test_clock',
        created: at,
        deletes_after: at + 30 * 86_400,
        frozen_time: ask.frozen_time,
        livemode: false,
        name: ask.name ?? null,
        status: 'ready',
        status_details: {},
      }
      world.rows.testClocks.set(made.id, made)
      emit(world, 'test_helpers.test_clock.created', made)
      return made
    },
  ),
  route('GET', '/v1/test_helpers/test_clocks/:id', params({}), (world, _ask, id) => readTestClock(world, id)),
  route('POST', '/v1/test_helpers/test_clocks/:id/advance', params({ frozen_time: whole }), (world, ask, id) => {
    if (ask.frozen_time <= nowOf(world)) throw invalid('Your clock can only be advanced, not moved back.', 'frozen_time')
    return advance(world, readTestClock(world, id), ask.frozen_time)
  }),
  route('DELETE', '/v1/test_helpers/test_clocks/:id', params({}), (world, _ask, id) => {
    emit(world, 'test_helpers.test_clock.deleted', readTestClock(world, id))
    world.rows.testClocks.delete(id)
    return { id, object: 'test_helpers.test_clock', deleted: true }
  }),
  route('GET', '/v1/test_helpers/test_clocks', params(paging), (world, ask) =>
    pageOf(world.rows.testClocks.values(), ask, '/v1/test_helpers/test_clocks'),
  ),
]
