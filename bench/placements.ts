import { randomUUID } from 'node:crypto'
import type { Plan } from '../src/catalog/index.ts'
import { planById } from '../src/catalog/index.ts'
import { openDb } from '../src/db/index.ts'
import { holdPlace } from '../src/orders/hold-place.ts'
import type { Bench, Figure } from './kit/figure.ts'
import { freeHeld, seedFleet, wrongPlacements } from './kit/fleet.ts'
import { byTurns, median, rate } from './kit/measure.ts'

const WRITERS = 8
const TARGET = 0.25
/** Filling ten thousand nodes takes a while. */
const SEED_MS_MAX = 120_000
/** The shop of the target, and the ends between which the cost may grow: as many ports and servers sold at each. */
const USUAL = { nodes: 200, portsANode: 200, soldANode: 20 }
const FEW = { nodes: 10, portsANode: 4_000, soldANode: 400 }
const MANY = { nodes: 10_000, portsANode: 22, soldANode: 2 }
const ASK = { plan_id: 'mc-2', region: 'fra', term: 'monthly', server_name: 'Castle', accept_terms: true } as const

interface Measured {
  nodes: number
  floor: number[]
  product: number[]
  oversold: number
  wrongPorts: number
}

/** Checkout row, reservation, ports and timeline at once, by eight writers; the floor is one INSERT of the same checkout row. */
export const figure: Figure = async (bench) => {
  const usual = await measure(bench, USUAL, bench.short ? 5 : 11)
  const few = await measure(bench, FEW, bench.short ? 3 : 5)
  const many = await measure(bench, MANY, bench.short ? 3 : 5)
  const ratios = usual.product.map((done, run) => done / (usual.floor[run] ?? Number.NaN))
  const all = [usual, few, many]
  const wrong = all.flatMap(({ oversold, wrongPorts }) => [oversold, wrongPorts])
  const cost = ({ floor, product }: Measured) => median(floor) / median(product)
  return {
    lines: [
      {
        what: `placements against bare INSERTs, ${WRITERS} writers, ${USUAL.nodes} nodes`,
        target: `≥ ${TARGET} ×`,
        runs: ratios,
        unit: '×',
        reached: median(ratios) >= TARGET,
      },
      ...[few, usual, many].map(({ nodes, floor, product }) => ({
        what: `placements a second, ${nodes} nodes`,
        target: '',
        runs: product,
        unit: '/s',
        floor,
        reached: null,
      })),
      {
        what: `cost in bare INSERTs, ${MANY.nodes} nodes against ${FEW.nodes}`,
        target: '',
        runs: [cost(many) / cost(few)],
        unit: '×',
        reached: null,
      },
      {
        what: 'oversold nodes, reservations without just their ports',
        target: '0',
        runs: wrong,
        unit: '',
        reached: wrong.every((count) => count === 0),
      },
    ],
    notes: ['Floor: one INSERT of the same checkout row, a transaction of its own.'],
  }
}

async function measure(bench: Bench, size: Parameters<typeof seedFleet>[1], runs: number): Promise<Measured> {
  const db = openDb(await bench.database('placements'), { max: WRITERS, name: 'bench', silentMs: SEED_MS_MAX })
  try {
    await seedFleet(db.pool, size)
    const plan = await planById(db.q, 'mc-2')
    if (!plan) throw new Error('the plan was not seeded')
    const work = { db, now: () => new Date() }
    const [ms, warmUpMs] = bench.short ? [1_200, 300] : [2_500, 500]
    const wrong = { oversold: 0, wrongPorts: 0 }
    const after = async (done: number) => {
      const found = await wrongPlacements(db.pool)
      wrong.oversold += found.oversold
      wrong.wrongPorts += found.wrongPorts
      await freeHeld(db.pool)
      return done
    }
    const measured = await byTurns(
      runs,
      async () => after(await rate({ writers: WRITERS, ms, warmUpMs }, () => db.pool.query(bareInsert()))),
      async () => after(await rate({ writers: WRITERS, ms, warmUpMs }, () => hold(work, plan))),
    )
    return { nodes: size.nodes, ...measured, ...wrong }
  } finally {
    await db.close()
  }
}

/** Each of another customer, as in a shop. */
const hold = (world: Parameters<typeof holdPlace>[0], plan: Plan) =>
  holdPlace(
    world,
    {
      by: { kind: 'user', id: randomUUID(), role: 'customer' },
      verified: true,
      ask: ASK,
      clientIp: `2001:db8::${randomUUID().slice(0, 4)}`,
      limits: { openPerCustomer: 2, openPerAddress: Number.POSITIVE_INFINITY },
    },
    { plan, price: { amountCents: 599, currency: 'usd', stripePriceId: 'price_bench' }, eulaAccepted: false },
  )

function bareInsert() {
  const now = new Date()
  return {
    text: `insert into checkouts (id, user_id, plan_id, term, region_id, server_name, state, amount_cents, currency, stripe_price_id,
      session_expires_at, terms_accepted_at, next_check_at, created_at, updated_at)
      values ($1, $2, 'mc-2', 'monthly', 'fra', 'Castle', 'opening', 599, 'usd', 'price_bench', $3, $3, $3, $3, $3)`,
    values: [randomUUID(), randomUUID(), now],
  }
}
