import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { drainInbox, stripeWebhookRoutes } from '../../src/billing/index.ts'
import { releaseReservation } from '../../src/fleet/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { asFailure } from '../../src/kit/failure.ts'
import { silentLog } from '../../src/kit/log.ts'
import { openCheckout } from '../../src/orders/index.ts'
import { createStripe } from '../../src/outside/stripe/index.ts'
import type { StripeCallRecord } from '../../src/outside/stripe/types.ts'
import { testDb } from './database.ts'

const WEBHOOK_SECRET = 'whsec_test'

/** A shop with one plan and one node of 64 GB, its till at the sandbox Stripe over real HTTP, and no panel. */
export async function sellingWorld() {
  const db = await testDb()
  const clock = createClock()
  const journal = openJournal(null)
  const faults = createFaults(journal)
  const calls: StripeCallRecord[] = []
  const arrivals: Date[] = []

  const webhook = createServer()
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve))
  const webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/functions/v1/stripe-webhook`
  const sandbox = await startStripe({ clock, journal, faults, webhookUrl, webhookSecret: WEBHOOK_SECRET, bankDebitMs: 86_400_000 })
  const stripe = createStripe({
    secretKey: sandbox.secretKey,
    webhookSecrets: [WEBHOOK_SECRET],
    app: 'givrwrld',
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    timeoutMs: 1_000,
    now: clock.now,
    hooks: { after: async (record) => void calls.push(record) },
  })
  const shop = { publicUrl: 'http://shop.test', supportUrl: 'http://shop.test/help', panelUrl: 'http://panel.test', app: 'givrwrld' }
  const world = { db, stripe, shop, log: silentLog, now: clock.now }

  const routes = stripeWebhookRoutes(world, { onArrival: () => arrivals.push(clock.now()) })
  routes.onError((thrown, c) => {
    const failure = asFailure(thrown)
    return c.json({ type: failure.code }, failure.status as 400)
  })
  webhook.on('request', getRequestListener(routes.fetch))
  afterAll(async () => {
    await sandbox.close()
    clock.close()
    webhook.closeAllConnections()
    webhook.close()
  })

  const { priceId } = await stripe.ensurePrice(
    {},
    { planId: 'mc-2', planName: '2 GB', term: 'monthly', months: 1, amountCents: 599, currency: 'usd' },
  )
  await db.byHand(`
    insert into regions (id, name, location_id) values ('eu', 'Europe', 1);
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb, free_allocations) values (1, gen_random_uuid(), 'node-1', 1, 'n1.test', 64, 1000, 40);
    insert into node_allocations (id, node_id, ip, port) select n, 1, '203.0.113.1', 25000 + n from generate_series(1, 40) n;
    insert into games (id, name, summary) values ('mc', 'Minecraft', 'Blocks');
    insert into recipes (id, game_id, variant, egg_id, problem) values ('mc-paper', 'mc', 'Paper', 1, null);
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb, delayed_payments) values ('mc-2', 'mc-paper', '2 GB', 2, 1, 10, true);
    insert into plan_prices values ('mc-2', 'monthly', 'usd', 599, '${priceId}');`)

  const customer = async (email = `${randomUUID()}@example.org`): Promise<Actor> => {
    const made = await db.byHand(`insert into auth."user" (name, email, "emailVerified") values ('Anna', $1, true) returning id`, [email])
    return { kind: 'user', id: String(made.rows[0].id), role: 'customer' }
  }
  const ask = { plan_id: 'mc-2', region: 'eu', term: 'monthly', server_name: 'My server', accept_terms: true } as const

  return {
    ...world,
    world,
    clock,
    faults,
    sandbox,
    calls,
    webhookUrl,
    webhookSecret: WEBHOOK_SECRET,
    customer,
    ask,
    arrivals,
    open: (by: Actor, change: Partial<Parameters<typeof openCheckout>[1]> = {}) =>
      openCheckout(world, { by, verified: true, ask, clientIp: null, ...change }),
    /** The session of a checkout, as its row has it. */
    sessionId: async (checkoutId: string) =>
      String(
        (await db.q.selectFrom('checkouts').select('stripe_session_id').where('id', '=', checkoutId).executeTakeFirstOrThrow())
          .stripe_session_id,
      ),
    /** Delivers what is due and works on the inbox until it is empty. */
    async settle() {
      await sandbox.settle()
      while ((await drainInbox(world, 50)) > 0) await sandbox.settle()
    },
    async advance(ms: number) {
      await clock.advance(ms)
      await this.settle()
    },
    /** Gives every place back, whoever holds it. */
    async freeAll() {
      for (const { id } of await db.q.selectFrom('reservations').select('id').execute()) await db.tx((tx) => releaseReservation(tx, id))
    },
    row: (id: string) => db.q.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst(),
    checkout: (id: string) => db.q.selectFrom('checkouts').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    reservations: () => db.q.selectFrom('reservations').selectAll().orderBy('id').execute(),
    findings: async () =>
      (await db.q.selectFrom('findings').select('kind').where('status', '=', 'open').orderBy('kind').execute()).map((one) => one.kind),
  }
}
