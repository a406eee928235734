import fc from 'fast-check'
import { FATES, type Fate } from './panel.ts'

/** One deed of the schedule, of a person, or of the outside. Numbers choose among what there is at that moment. */
export type Deed =
  | { do: 'go'; point: number; steps: number; fate: Fate }
  | { do: 'start'; order: number; worker: number }
  | { do: 'pass'; ms: number }
  | { do: 'kill' | 'stop'; run: number }
  | { do: 'watch'; worker: number }
  | { do: 'late' | 'sync' }
  | { do: 'pay' | 'hear_of_payment' | 'expire' | 'retry'; order: number }
  | { do: 'cancel'; order: number; refund: boolean; deleteServer: boolean }
  | { do: 'plan'; order: number; plan: number }
  | { do: 'set_in_sql'; order: number; status: 'paid' | 'error' | 'canceled' | 'active' }
  | { do: 'suspension'; order: number; on: boolean }
  | { do: 'node'; node: number; enabled: boolean }
  | { do: 'ports'; taken: boolean }
  | { do: 'key' | 'down'; on: boolean }
  | { do: 'jump'; worker: number; ms: number }
  | { do: 'by_hand'; what: 'delete' | 'suspend' | 'plant_wrong' | 'plant_same' | 'restart_daemon' | 'delete_user'; order: number }

export interface History {
  /** `stands`: its server was delivered before the history begins, if it was paid and nothing stood in the way. */
  orders: { user: number; paid: boolean; stands: boolean }[]
  /** Sizes of the nodes, in servers. */
  nodes: number[]
  panelUser: 'none' | 'known' | 'same_address' | 'foreign'
  deeds: Deed[]
}

const few = fc.nat({ max: 3 })
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fate>('ok') },
  { weight: 4, arbitrary: fc.constantFrom(...FATES) },
)
const order = few
const worker = fc.nat({ max: 2 })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constant('go' as const), point: few, steps: fc.integer({ min: 1, max: 14 }), fate }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('start' as const), order, worker }) },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1_000, 4_000, 10_000, 16_000, 20_000, 36_000, 41_000, 90_000, 600_000, 1_900_000, 90_000_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('kill' as const), run: few }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), run: few }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('watch' as const), worker }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('late' as const, 'sync' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'hear_of_payment' as const, 'expire' as const, 'retry' as const), order }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), order, refund: fc.boolean(), deleteServer: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set_in_sql' as const),
      order,
      status: fc.constantFrom('paid' as const, 'error' as const, 'canceled' as const, 'active' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('plan' as const), order, plan: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('suspension' as const), order, on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('node' as const), node: few, enabled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ports' as const), taken: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('key' as const, 'down' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), worker, ms: fc.constantFrom(-3_600_000, -60_000, 60_000, 7_200_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('by_hand' as const),
      what: fc.constantFrom(
        'delete' as const,
        'suspend' as const,
        'plant_wrong' as const,
        'plant_same' as const,
        'restart_daemon' as const,
        'delete_user' as const,
      ),
      order,
    }),
  },
)

export const anyHistory: fc.Arbitrary<History> = fc.record({
  orders: fc.array(
    fc.record({ user: fc.nat({ max: 1 }), paid: fc.boolean().map((late) => !late), stands: fc.boolean().map((fresh) => !fresh) }),
    { minLength: 1, maxLength: 3 },
  ),
  nodes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
  panelUser: fc.constantFrom('known' as const, 'none' as const, 'same_address' as const, 'foreign' as const),
  deeds: fc.array(deed, { maxLength: 40, size: 'max' }),
})
