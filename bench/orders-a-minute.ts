import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from './kit/figure.ts'
import { quiet, type Shop, startShop } from './kit/shop.ts'

const TARGET = 105
/** More than any shop could deliver through a panel that allows 240 calls a minute. */
const ORDERS_A_MINUTE = 130
const PANEL_CALLS_A_MINUTE = 240
const MINUTE = 60_000

/** New customers without a pause, for a minute's warm-up (their installations last about that long too) and five minutes. */
export const figure: Figure = async (bench) => {
  const shop = await startShop(await bench.database('orders_a_minute'))
  try {
    await shop.start('all')
    await quiet(shop)
    const minutes = bench.short ? 1 : 5
    const from = Date.now()
    const selling = new AbortController()
    const sold = sell(shop, selling.signal)
    // An installation lasts 48 to 72 s: the warm-up is a minute of orders and the installation of its last ones.
    const counted = { from: new Date(from + 2 * MINUTE), until: new Date(from + (2 + minutes) * MINUTE) }
    for (let minute = 1; minute <= 2 + minutes; minute += 1) {
      await wait(from + minute * MINUTE - Date.now())
      bench.say(
        `minute ${minute}: ${await deliveredBetween(shop, new Date(from + (minute - 1) * MINUTE), new Date(from + minute * MINUTE))} delivered`,
      )
    }
    selling.abort()
    const total = await sold
    const each: number[] = []
    for (let minute = 0; minute < minutes; minute += 1) {
      const start = counted.from.getTime() + minute * MINUTE
      each.push(await deliveredBetween(shop, new Date(start), new Date(start + MINUTE)))
    }
    const mean = each.reduce((sum, one) => sum + one, 0) / minutes
    return {
      lines: [
        {
          what: `orders delivered a minute, new customers, mean of ${minutes} min`,
          target: `≥ ${TARGET}`,
          runs: [mean],
          unit: '/min',
          floor: [PANEL_CALLS_A_MINUTE / 2],
          reached: mean >= TARGET,
        },
        { what: 'each of these minutes', target: '', runs: each, unit: '/min', reached: null },
      ],
      notes: [
        `Paid for in all: ${total}, at ${ORDERS_A_MINUTE} a minute. Floor: ${PANEL_CALLS_A_MINUTE} calls, two for each order, and nothing else.`,
      ],
    }
  } finally {
    await shop.close()
  }
}

async function sell(shop: Shop, signal: AbortSignal): Promise<number> {
  const started = Date.now()
  let sold = 0
  while (!signal.aborted) {
    const due = Math.floor(((Date.now() - started) / MINUTE) * ORDERS_A_MINUTE) + 20 - sold
    for (const customer of due > 0 ? await shop.customers(due) : []) {
      shop.pay((await shop.checkout(customer)).sessionId)
      sold += 1
    }
    await wait(250)
  }
  return sold
}

async function deliveredBetween(shop: Shop, from: Date, until: Date): Promise<number> {
  const { rows } = await shop.db.pool.query<{ n: number }>(
    'select count(*)::int as n from orders where delivered_at >= $1 and delivered_at < $2',
    [from, until],
  )
  return rows[0]?.n ?? 0
}
