import type { Figure } from './kit/figure.ts'
import { quiet, type Shop, startShop, until } from './kit/shop.ts'

const ORDERS = 100
const TARGET = { new: 2.2, known: 1.2 }

/** A hundred orders at once, by new customers and then by the same ones: every call to the panel that they cause, accounts and watch included. */
export const figure: Figure = async (bench) => {
  const shop = await startShop(await bench.database('panel_calls'))
  try {
    const orders = bench.short ? 30 : ORDERS
    const customers = await shop.customers(orders)
    const fresh = await callsFor(shop, customers)
    const known = await callsFor(shop, customers)
    const line = (who: 'new' | 'known', taken: Taken) => ({
      what: `panel calls for each of ${orders} orders at once, ${who} customers`,
      target: `≤ ${TARGET[who]}`,
      runs: [taken.calls / orders],
      unit: '',
      floor: [who === 'new' ? 2 : 1],
      reached: taken.calls / orders <= TARGET[who],
    })
    return {
      lines: [line('known', known), line('new', fresh)],
      notes: [
        `new: ${describe(fresh)}`,
        `known: ${describe(known)}`,
        'Floor: one POST for the server, one for a new account. Periodic sync (nodes, eggs, lists) is not counted.',
      ],
    }
  } finally {
    await shop.close()
  }
}

interface Taken {
  calls: number
  kinds: Record<string, number>
}
const describe = ({ kinds }: Taken) =>
  Object.entries(kinds)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ')

async function callsFor(shop: Shop, customers: string[]): Promise<Taken> {
  const product = await shop.start('all')
  await quiet(shop)
  const checkouts = []
  for (const customer of customers) checkouts.push(await shop.checkout(customer))
  const from = shop.outside.calls.length
  for (const { sessionId } of checkouts) shop.pay(sessionId)
  const ids = checkouts.map(({ id }) => id)
  await until('the last delivery', 300_000, async () => (await shop.delivered(ids)) === ids.length)
  const kinds: Record<string, number> = {}
  for (const { method, path } of shop.outside.calls.slice(from)) {
    const kind = kindOf(method, path)
    if (kind) kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  await product.stop()
  return { calls: Object.values(kinds).reduce((sum, count) => sum + count, 0), kinds }
}

/** null: the periodic sync's. */
function kindOf(method: string, path: string): string | null {
  const plain = path.replace('/api/application', '').replace(/[?].*/, '')
  if (plain.startsWith('/users')) return `${method} ${plain.startsWith('/users/external') ? '/users/external' : '/users'}`
  if (!plain.startsWith('/servers')) return null
  if (plain.startsWith('/servers/external')) return `${method} /servers/external`
  if (method === 'GET' && plain === '/servers') return decodeURIComponent(path).includes('filter[external_id]') ? 'watch' : null
  return `${method} ${plain.replace(/\d+/, '{id}')}`
}
