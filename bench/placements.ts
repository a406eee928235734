import { randomUUID } from 'node:crypto'
import type { Plan } from '../src/catalog/index.ts'
import { planById } from '../src/catalog/index.ts'
import { openDb } from '../src/db/index.ts'
import { holdPlace } from '../src/orders/hold-place.ts'
import type { Figure } from './kit/figure.ts'
import { freeHeld, seedFleet, wrongPlacements } from './kit/fleet.ts'
import { byTurns, median, rate } from './kit/measure.ts'

const WRITERS = 8
const NODES = 200
const TARGET = 0.25
const ASK = { plan_id: 'mc-2', region: 'fra', term: 'monthly', server_name: 'Castle', accept_terms: true } as const

/** Checkout row, reservation, ports and timeline in one transaction, by eight writers; the floor is one INSERT of the same checkout row. */
export const figure: Figure = async (bench) => {
  const db = openDb(await bench.database('placements'), { max: WRITERS, name: 'bench' })
  try {
    await seedFleet(db.pool, { nodes: NODES, portsANode: 200 })
    const plan = await planById(db.q, 'mc-2')
    if (!plan) throw new Error('the plan was not seeded')
    const work = { db, now: () => new Date() }
    const [ms, warmUpMs, runs] = bench.short ? [1_200, 300, 5] : [2_500, 500, 11]
    const wrong = { oversold: 0, wrongPorts: 0 }
    const after = async (done: number) => {
      const found = await wrongPlacements(db.pool)
      wrong.oversold += found.oversold
      wrong.wrongPorts += found.wrongPorts
      await freeHeld(db.pool)
      return done
    }
    const { floor, product } = await byTurns(
      runs,
      async () => after(await rate({ writers: WRITERS, ms, warmUpMs }, () => db.pool.query(bareInsert()))),
      async () => after(await rate({ writers: WRITERS, ms, warmUpMs }, () => hold(work, plan))),
    )
    const ratios = product.map((done, run) => done / (floor[run] ?? Number.NaN))
    return {
      lines: [
        {
          what: `placements against bare INSERTs, ${WRITERS} writers, ${NODES} nodes`,
          target: `≥ ${TARGET} ×`,
          runs: ratios,
          unit: '×',
          reached: median(ratios) >= TARGET,
        },
        { what: 'placements a second', target: '', runs: product, unit: '/s', floor, reached: null },
        {
          what: 'oversold nodes, reservations without just their ports',
          target: '0',
          runs: [wrong.oversold, wrong.wrongPorts],
          unit: '',
          reached: wrong.oversold + wrong.wrongPorts === 0,
        },
      ],
      notes: ['Floor: one INSERT of the same checkout row, a transaction of its own.'],
    }
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
