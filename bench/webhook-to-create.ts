import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, Figure } from './kit/figure.ts'
import { percentile } from './kit/measure.ts'
import { quiet, type Shop, startShop, until } from './kit/shop.ts'

const TARGET_MS = { p50: 60, p99: 200 }
/** Between two orders: the system is idle again. */
const PAUSE_MS = 150

/** From the paid event's sending to the create call's arrival at the panel: a known customer, an idle system, one order at a time. */
export const figure: Figure = async (bench) => {
  const shop = await startShop(await bench.database('webhook_to_create'))
  try {
    await shop.start('all')
    await quiet(shop)
    const [customer = ''] = await shop.customers(1)
    for (let warmUp = 0; warmUp < 5; warmUp += 1) await once(shop, customer)
    const took = await many(shop, customer, bench)
    const floor = await floorOf(shop, customer, took.length)
    const [p50, p99] = [percentile(took, 0.5), percentile(took, 0.99)]
    return {
      lines: [
        {
          what: `paid event in → create out, p50 of ${took.length}`,
          target: `≤ ${TARGET_MS.p50} ms`,
          runs: [p50],
          unit: 'ms',
          floor: [percentile(floor, 0.5)],
          reached: p50 <= TARGET_MS.p50,
        },
        {
          what: 'the same, p99',
          target: `≤ ${TARGET_MS.p99} ms`,
          runs: [p99],
          unit: 'ms',
          floor: [percentile(floor, 0.99)],
          reached: p99 <= TARGET_MS.p99,
        },
      ],
      notes: [
        'The time of the one call to Stripe on the way is in it; nothing was taken off.',
        'Floor: one INSERT of the event, one GET of the session, by a program that does nothing else.',
        `Slowest five: ${[...took]
          .sort((a, b) => b - a)
          .slice(0, 5)
          .map((ms) => ms.toFixed(0))
          .join(', ')} ms.`,
      ],
    }
  } finally {
    await shop.close()
  }
}

async function many(shop: Shop, customer: string, bench: Bench): Promise<number[]> {
  const took: number[] = []
  for (let order = 0; order < (bench.short ? 30 : 200); order += 1) took.push(await once(shop, customer))
  return took
}

async function once(shop: Shop, customer: string): Promise<number> {
  const { sessionId } = await shop.checkout(customer)
  await wait(PAUSE_MS)
  const seen = { sentAt: 0, createdAt: 0 }
  shop.outside.onEvent = ({ type, objectId, at }) => {
    if (type === 'checkout.session.completed' && objectId === sessionId) seen.sentAt = at
  }
  shop.outside.onArrival = ({ method, path, at }) => {
    if (method === 'POST' && path.endsWith('/servers')) seen.createdAt ||= at
  }
  shop.pay(sessionId)
  await until('the create call', 30_000, () => seen.createdAt > 0)
  await wait(PAUSE_MS)
  return seen.createdAt - seen.sentAt
}

async function floorOf(shop: Shop, customer: string, times: number): Promise<number[]> {
  const { sessionId } = await shop.checkout(customer)
  await shop.db.pool.query('create table bare_events (id text primary key, payload jsonb not null)')
  const stripe = `${shop.outside.stripe.url}/v1/checkout/sessions/${sessionId}`
  const headers = { authorization: `Bearer ${shop.outside.stripe.secretKey}` }
  const took: number[] = []
  for (let time = 0; time < times; time += 1) {
    const started = performance.now()
    await shop.db.pool.query('insert into bare_events values ($1, $2)', [`evt_${time}`, '{"type":"checkout.session.completed"}'])
    await (await fetch(stripe, { headers })).json()
    took.push(performance.now() - started)
    await wait(20)
  }
  return took
}
