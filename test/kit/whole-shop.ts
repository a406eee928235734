import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { drainInbox, reconcileOrderMoney, stripeWebhookRoutes, tendUnpaid } from '../../src/billing/index.ts'
import { publishAgain } from '../../src/catalog/index.ts'
import { syncFleet } from '../../src/fleet/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { silentLog } from '../../src/kit/log.ts'
import { openCheckout } from '../../src/orders/index.ts'
import { createStripe } from '../../src/outside/stripe/index.ts'
import { panelWorld } from './panel-world.ts'

const WEBHOOK_SECRET = 'whsec_test'

/** A shop with a sandbox panel and a sandbox Stripe over real HTTP, one clock for all, and both reconcilers. */
export async function wholeShop() {
  const base = await panelWorld({ installSeconds: 1 })
  const { db, clock } = base
  const faults = createFaults(openJournal(null))
  const webhook = createServer()
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve))
  const webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/functions/v1/stripe-webhook`
  const sandbox = await startStripe({ clock, journal: openJournal(null), faults, webhookUrl, webhookSecret: WEBHOOK_SECRET })
  const stripe = createStripe({
    secretKey: sandbox.secretKey,
    webhookSecrets: [WEBHOOK_SECRET],
    app: 'givrwrld',
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    timeoutMs: 1_000,
    now: clock.now,
    hooks: { after: async () => undefined },
  })
  const shop = { publicUrl: 'http://shop.test', supportUrl: 'http://shop.test/help', panelUrl: 'http://panel.test', app: 'givrwrld' }
  const world = { db, panel: base.panel, stripe, shop, log: silentLog, now: clock.now }
  webhook.on('request', getRequestListener(stripeWebhookRoutes(world, { onArrival: () => undefined }).fetch))
  afterAll(async () => {
    await sandbox.close()
    webhook.closeAllConnections()
    webhook.close()
  })
  await publishAgain(world, 'mc-4')
  const signal = new AbortController().signal
  const ask = { plan_id: 'mc-4', region: 'fra', term: 'monthly', server_name: 'Castle', accept_terms: true } as const
  /** What is due at Stripe, its events, and twice both reconcilers of each of these orders. */
  const settle = async (ids: string[]) => {
    await sandbox.settle()
    while ((await drainInbox(world, 50)) > 0) await sandbox.settle()
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(ids.map(async (id) => [await reconcileOrderMoney(world, id, signal), await base.reconcile(id)]))
      await sandbox.settle()
      while ((await drainInbox(world, 50)) > 0) await sandbox.settle()
    }
  }
  return {
    ...base,
    ...world,
    world,
    stripeSandbox: sandbox,
    stripeFaults: faults,
    settle,
    tendUnpaid: () => tendUnpaid(world, { paymentGraceDays: 3 }),
    async advance(ms: number, ids: string[]) {
      await clock.advance(ms)
      await settle(ids)
    },
    person: async (): Promise<Actor> => ({ kind: 'user', id: await base.customer(), role: 'customer' }),
    /** Bought, paid and delivered. @returns the orders' ids */
    async deliver(count: number, { by, card }: { by?: Actor; card?: string } = {}): Promise<string[]> {
      const ids: string[] = []
      // A panel that was away stops the selling until it answers.
      await syncFleet(world)
      for (let n = 0; n < count; n += 1) {
        const customer = by ?? ({ kind: 'user', id: await base.customer(), role: 'customer' } as const)
        const { id } = await openCheckout(world, { by: customer, verified: true, ask, clientIp: null })
        const { stripe_session_id: session } = await db.q
          .selectFrom('checkouts')
          .select('stripe_session_id')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        sandbox.pay(String(session), card)
        ids.push(id)
      }
      await settle(ids)
      await base.pass(40_000, ids)
      await settle(ids)
      return ids
    },
  }
}
