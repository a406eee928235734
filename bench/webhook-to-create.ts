import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from './kit/figure.ts'
import { percentile } from './kit/measure.ts'
import { quiet, type Shop, startShop, until } from './kit/shop.ts'

const TARGET_MS = { p50: 60, p99: 200 }
/** Between two orders: the mails of the one before are sent, and the system is idle again. */
const IDLE_MS = 1_500

/** From the paid event's sending to the create call's arrival at the panel: a known customer, an idle system, one order at a time. */
export const figure: Figure = async (bench) => {
  const shop = await startShop(await bench.database('webhook_to_create'))
  try {
    await shop.start('all')
    await quiet(shop)
    const [customer = ''] = await shop.customers(1)
    for (let warmUp = 0; warmUp < 5; warmUp += 1) await once(shop, customer)
    const took: Took[] = []
    for (let order = 0; order < (bench.short ? 20 : 120); order += 1) took.push(await once(shop, customer))
    const all = took.map((one) => one.ms)
    const floor = await floorOf(shop, customer, took.length)
    const line = (what: string, share: number, target: number) => ({
      what,
      target: `≤ ${target} ms`,
      runs: [percentile(all, share)],
      unit: 'ms',
      floor: [percentile(floor, share)],
      reached: percentile(all, share) <= target,
    })
    const slowest = [...took].sort((a, b) => b.ms - a.ms).slice(0, 5)
    return {
      lines: [line(`paid event in → create out, p50 of ${took.length}`, 0.5, TARGET_MS.p50), line('the same, p99', 0.99, TARGET_MS.p99)],
      notes: [
        'The time of the one call to Stripe on the way is in it; nothing was taken off.',
        'Floor: one INSERT of the event, one GET of the session, by a program that does nothing else.',
        `Until ${STAGES.join(', ')}, medians: ${STAGES.map((_, i) =>
          percentile(
            took.map((one) => one.stages[i] ?? 0),
            0.5,
          ).toFixed(0),
        ).join(', ')} ms.`,
        ...slowest.map((one) => `Slow: ${one.stages.map((ms) => ms.toFixed(0)).join(', ')} ms.`),
      ],
    }
  } finally {
    await shop.close()
  }
}

const STAGES = ['stored', 'the order is made', 'the intent is saved', 'the call is at the panel']
interface Took {
  ms: number
  /** Milliseconds from the event's sending to each stage. */
  stages: number[]
}

async function once(shop: Shop, customer: string): Promise<Took> {
  const { id, sessionId } = await shop.checkout(customer)
  await wait(IDLE_MS)
  const seen = { sentAt: 0, createdAt: 0 }
  shop.outside.onEvent = ({ type, objectId, at }) => {
    if (type === 'checkout.session.completed' && objectId === sessionId) seen.sentAt = at
  }
  shop.outside.onArrival = ({ method, path, at }) => {
    if (method === 'POST' && path.endsWith('/servers')) seen.createdAt ||= at
  }
  shop.pay(sessionId)
  await until('the create call', 30_000, () => seen.createdAt > 0)
  const { rows } = await shop.db.pool.query<{ received: Date; made: Date; intent: Date }>(
    `select o.recorded_at as made,
      (select max(received_at) from stripe_events where type = 'checkout.session.completed') as received,
      (select min(at) from order_events where order_id = o.id and details ->> 'to' = 'provisioning') as intent
     from orders o where o.id = $1`,
    [id],
  )
  const since = (at: Date | undefined) => (at?.getTime() ?? Number.NaN) - performance.timeOrigin - seen.sentAt
  const ms = seen.createdAt - seen.sentAt
  return { ms, stages: [since(rows[0]?.received), since(rows[0]?.made), since(rows[0]?.intent), ms] }
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
