import type { Db } from '../../src/db/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { listOrders, lookAtOrder } from '../../src/orders/look-at-order.ts'
import { presentGame, presentShop } from '../../src/orders/present-shop.ts'
import { consoleQueries } from './console-queries.ts'
import { timerQueries } from './timer-queries.ts'

/** What one question is about: an order, its customer, its place in the list, and a hundred other orders. */
export interface Asked {
  orderId: string
  userId: string
  email: string
  serverName: string
  cursor: string
  others: string[]
}

/** Everything that console, API, timers and sweeps ask the database, as they ask it. */
export function shopQueries(db: Db): Record<string, (asked: Asked) => Promise<unknown>> {
  const now = () => new Date()
  const shop = { publicUrl: 'http://shop.test', supportUrl: 'mailto:help@shop.test', panelUrl: 'http://panel.test', app: 'givrwrld' }
  const world = { db, now, shop }
  const customer = (asked: Asked): Actor => ({ kind: 'user', id: asked.userId, role: 'customer' })
  return {
    ...consoleQueries(db),
    'api: my orders': (asked) => listOrders(world, customer(asked), { limit: 50 }),
    'api: my orders, a later page': (asked) => listOrders(world, customer(asked), { limit: 50, cursor: asked.cursor }),
    'api: one order of mine': (asked) => lookAtOrder(world, { by: customer(asked), id: asked.orderId }),
    'api: shop': () => presentShop(world),
    'api: one game': () => presentGame(world, 'mc'),
    ...timerQueries(db),
  }
}
