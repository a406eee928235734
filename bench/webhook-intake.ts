import { join } from 'node:path'
import { freePort } from '../sandbox/ports.ts'
import type { Figure } from './kit/figure.ts'
import { byTurns, median } from './kit/measure.ts'
import { postAll, signedEvents } from './kit/post-events.ts'
import { startChild } from './kit/product.ts'
import { type Shop, startShop } from './kit/shop.ts'

const TARGET = 0.65
const CONNECTIONS = 32

/** Signed events, each a new one, stored durably before the answer; against a bare server with one INSERT that verifies nothing. */
export const figure: Figure = async (bench) => {
  const databaseUrl = await bench.database('webhook_intake')
  const shop = await startShop(databaseUrl)
  const port = await freePort()
  const bare = await startChild(join(import.meta.dirname, 'kit', 'bare-intake.ts'), [databaseUrl, String(port)], {})
  try {
    await shop.start('web')
    const like = await paidEvent(shop)
    const [count, runs] = bench.short ? [3_000, 3] : [10_000, 5]
    const send = (url: string, events = signedEvents(count, like)) => postAll(url, events, CONNECTIONS)
    const [floorUrl, url] = [`http://127.0.0.1:${port}/`, `${shop.url}/functions/v1/stripe-webhook`]
    for (const warm of [floorUrl, url]) await send(warm, signedEvents(1_000, like))
    const { floor, product } = await byTurns(
      runs,
      () => send(floorUrl),
      () => send(url),
    )
    const ratios = product.map((done, run) => done / (floor[run] ?? Number.NaN))
    const { rows } = await shop.db.pool.query<{ n: number }>(
      `select count(*)::int as n from stripe_events where type = 'checkout.session.completed'`,
    )
    const expected = runs * count + 1_000
    return {
      lines: [
        {
          what: `events taken in against a bare server, ${CONNECTIONS} connections`,
          target: `≥ ${TARGET} ×`,
          runs: ratios,
          unit: '×',
          reached: median(ratios) >= TARGET,
        },
        { what: 'events a second', target: '', runs: product, unit: '/s', floor, reached: null },
        { what: 'events lost', target: '0', runs: [expected - (rows[0]?.n ?? 0)], unit: '', reached: rows[0]?.n === expected },
      ],
      notes: [`A body has ${JSON.stringify(like).length} bytes. Sender, server and PostgreSQL share this machine.`],
    }
  } finally {
    await bare.stop()
    await shop.close()
  }
}

/** What Stripe sends for a paid checkout. Kept from going on to the shop: the event is of this run alone. */
async function paidEvent(shop: Shop): Promise<object> {
  const { url, secretKey } = shop.outside.stripe
  const [customer = ''] = await shop.customers(1)
  shop.pay((await shop.checkout(customer)).sessionId)
  await shop.outside.stripe.settle()
  const answer = await fetch(`${url}/v1/events?type=checkout.session.completed`, { headers: { authorization: `Bearer ${secretKey}` } })
  const { data } = (await answer.json()) as { data: object[] }
  if (!data[0]) throw new Error('Stripe has no event of a paid checkout')
  await shop.db.pool.query('delete from stripe_events')
  return data[0]
}
