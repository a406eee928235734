import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { prepareShop } from '../../sandbox/prepare.ts'
import { readConfig, runtimeFile } from '../../src/config.ts'
import { buildWorld } from '../../src/doors/build-world.ts'
import { silentLog } from '../../src/kit/log.ts'
import { openCheckout } from '../../src/orders/index.ts'
import { type Outside, STRIPE_KEY, startOutside, WEBHOOK_SECRET } from './outside.ts'
import { freeRow } from './ports.ts'
import { type Product, startProduct } from './product.ts'

/** The product in processes of its own, on the outside world in this one, with customers that cost no sign-up. */
export interface Shop {
  outside: Outside
  db: ReturnType<typeof buildWorld>['db']
  dataDir: string
  url: string
  start(role: 'all' | 'web' | 'worker'): Promise<Product>
  /** Customers with a confirmed address. @returns their ids */
  customers(count: number): Promise<string[]>
  /** A checkout with its page at Stripe. */
  checkout(customer: string): Promise<{ id: string; sessionId: string }>
  pay(sessionId: string): void
  /** How many of these orders are delivered. */
  delivered(ids: string[]): Promise<number>
  close(): Promise<void>
}

const PLAN = { plan_id: 'minecraft-vanilla-2gb', term: 'monthly', server_name: 'Castle', accept_terms: true, accept_eula: true } as const
const REGIONS = ['eu.fra', 'us.dal']
const SECRET = 'a secret of the benchmark, 32 characters long'

/** As a panel allows them by itself. */
const PANEL_CALLS_A_MINUTE = 240

export async function startShop(databaseUrl: string, { panelCallsAMinute = PANEL_CALLS_A_MINUTE } = {}): Promise<Shop> {
  const port = await freeRow(3)
  const outside = await startOutside(port, panelCallsAMinute)
  const dataDir = mkdtempSync(join(tmpdir(), 'givrwrld-bench-shop-'))
  const runtime = {
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    PANEL_URL: outside.panel.url,
    PTERO_APP_KEY: 'ptla_sandbox_application_key',
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    SERVICE_ROLE_KEY: SECRET,
    AUTH_SECRET: SECRET,
    SMTP_URL: outside.smtpUrl,
    SANDBOX: 'panel,stripe,mail',
    LOG_LEVEL: 'error',
  }
  writeFileSync(runtimeFile(dataDir), JSON.stringify(runtime))
  const config = readConfig({ DATA_DIR: dataDir })
  await prepareShop(config, 'operator-of-the-bench')
  const world = buildWorld(config, 'bench', silentLog)
  const { db } = world
  const running: Product[] = []
  let sold = 0
  return {
    outside,
    db,
    dataDir,
    url: `http://127.0.0.1:${port}`,
    async start(role) {
      const product = await startProduct(dataDir, role)
      running.push(product)
      return product
    },
    async customers(count) {
      const ids = Array.from({ length: count }, () => randomUUID())
      const rows = ids.map((id) => ({ id, name: 'Bench Customer', email: `${id}@example.com`, emailVerified: true }))
      await db.q.insertInto('auth.user').values(rows).execute()
      return ids
    },
    async checkout(customer) {
      const by = { kind: 'user', id: customer, role: 'customer' } as const
      const region = REGIONS[sold % REGIONS.length] ?? ''
      sold += 1
      const { id } = await openCheckout(world, { by, verified: true, ask: { ...PLAN, region }, clientIp: null })
      const row = await db.q.selectFrom('checkouts').select('stripe_session_id').where('id', '=', id).executeTakeFirstOrThrow()
      return { id, sessionId: row.stripe_session_id ?? '' }
    },
    pay(sessionId) {
      const answer = outside.stripe.pay(sessionId)
      if (answer.outcome !== 'paid') throw new Error(`Stripe answered a payment with ${answer.outcome}`)
    },
    async delivered(ids) {
      const { rows } = await db.pool.query<{ n: number }>(
        'select count(*)::int as n from orders where delivered_at is not null and id = any($1)',
        [ids],
      )
      return rows[0]?.n ?? 0
    },
    async close() {
      await Promise.all(running.map((product) => product.stop()))
      await db.close()
      await outside.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Asks until it is so. */
export async function until(what: string, timeoutMs: number, ask: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1_000} s in vain for ${what}`)
    await wait(100)
  }
}

/** Until the panel was left alone for a while: what a start makes the product ask is over. */
export async function quiet(shop: Shop, ms = 1_500): Promise<void> {
  for (let seen = -1; seen !== shop.outside.calls.length; ) {
    seen = shop.outside.calls.length
    await wait(ms)
  }
}
