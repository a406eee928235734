import type { Figure } from './kit/figure.ts'
import { median } from './kit/measure.ts'
import { quiet, type Shop, startShop, until } from './kit/shop.ts'

/** The ends between which a shop grows; each is a process of its own beside the one that takes the webhooks. */
const PROCESSES = [1, 4]
/** So many that the panel's budget never makes anybody wait: what is left is our own work. */
const CALLS_A_MINUTE = 1_000_000

/** Paid orders at once: how many create calls a second come out of one and of four worker processes. */
export const figure: Figure = async (bench) => {
  const shop = await startShop(await bench.database('workers'), { panelCallsAMinute: CALLS_A_MINUTE })
  try {
    await shop.start('web')
    const customers = await shop.customers(bench.short ? 20 : 60)
    // One in each region: as many as a customer may have unpaid.
    const orders = 2 * customers.length
    const rates: number[][] = PROCESSES.map(() => [])
    for (let run = 0; run < (bench.short ? 1 : 3); run += 1)
      for (const [i, processes] of PROCESSES.entries()) {
        const workers = await Promise.all(Array.from({ length: processes }, () => shop.start('worker')))
        await quiet(shop)
        // Every process warm, and every customer known to the panel.
        await createCalls(shop, customers)
        const rate = await createCalls(shop, customers)
        rates[i]?.push(rate)
        await Promise.all(workers.map((worker) => worker.stop()))
        bench.say(`${processes} worker processes: ${rate.toFixed(1)} a second`)
      }
    const [one = [], four = []] = rates
    return {
      lines: [
        ...PROCESSES.map((processes, i) => ({
          what: `create calls a second, ${orders} paid orders at once, ${processes} worker processes`,
          target: '',
          runs: rates[i] ?? [],
          unit: '/s',
          reached: null,
        })),
        { what: 'four against one', target: '', runs: [median(four) / median(one)], unit: '×', reached: null },
      ],
      notes: ['The panel allows any number of calls. Stripe, panel, PostgreSQL, the webhooks and all workers share this machine.'],
    }
  } finally {
    await shop.close()
  }
}

/** Two orders of each customer, paid at once. @returns how many create calls a second, from the first payment to the last call */
async function createCalls(shop: Shop, customers: string[]): Promise<number> {
  const checkouts = []
  for (const customer of customers) checkouts.push(await shop.checkout(customer), await shop.checkout(customer))
  let [calls, lastAt] = [0, 0]
  shop.outside.onArrival = ({ method, path, at }) => {
    if (method !== 'POST' || !path.endsWith('/servers')) return
    calls += 1
    lastAt = at
  }
  const started = performance.now()
  for (const { sessionId } of checkouts) shop.pay(sessionId)
  await until('the create calls', 300_000, () => calls >= checkouts.length)
  return (checkouts.length * 1_000) / (lastAt - started)
}
