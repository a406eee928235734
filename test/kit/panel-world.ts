import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { createFaults, type FaultInput } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import type { PanelOptions as SandboxOptions } from '../../sandbox/panel/options.ts'
import { APPLICATION_KEY, loadPanelSeed } from '../../sandbox/panel/seed.ts'
import { startPanel } from '../../sandbox/panel/start.ts'
import { importCatalogue, parseCatalogue, syncEggs } from '../../src/catalog/index.ts'
import { importRegions, place, syncFleet } from '../../src/fleet/index.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { Outcome } from '../../src/kit/outcome.ts'
import { fulfil, type Order, orderById } from '../../src/orders/index.ts'
import { createPanel } from '../../src/outside/panel/index.ts'
import type { PanelCallRecord } from '../../src/outside/panel/types.ts'
import { reconcileServer, SERVERS_SETTINGS, watchInstalls } from '../../src/servers/index.ts'
import { testDb } from './database.ts'

const CATALOGUE = parseCatalogue({
  currency: 'usd',
  regions: [{ id: 'fra', name: 'Frankfurt', locationId: 1 }],
  games: [
    {
      id: 'minecraft',
      name: 'Minecraft',
      summary: 'Blocks.',
      recipes: [
        {
          id: 'mc-paper',
          variant: 'Paper',
          egg: 5,
          ports: ['game', 'query'],
          plans: [{ id: 'mc-4', name: '4 GB', ramGb: 4, cores: 2, diskGb: 10, monthlyCents: 1000 }],
        },
      ],
    },
  ],
})
const PORTS = ['game', 'query']

/** A migrated database, a sandbox panel with two nodes in one region, the real adapter between them, and one clock for all. */
export async function panelWorld(options: Partial<SandboxOptions> = {}) {
  const db = await testDb()
  const clock = createClock()
  const journal = openJournal(null)
  const faults = createFaults(journal)
  const seed = loadPanelSeed(new URL('../../sandbox/seeds/contract.json', import.meta.url))
  for (const node of seed.nodes) Object.assign(node, { location_id: 1, memory: 1_048_576, disk: 10_000_000 })
  for (const block of seed.allocations) block.ports = ['25565-25864']
  const sandbox = await startPanel({ port: 0, clock, journal, faults, seed, rateLimit: 100_000, installSeconds: 20, ...options })
  afterAll(async () => {
    await sandbox.close()
    clock.close()
  })
  const calls: PanelCallRecord[] = []
  const panel = createPanel({
    url: sandbox.url,
    appKey: APPLICATION_KEY,
    clientKey: null,
    timeoutMs: 2_000,
    hooks: {
      before: async () => undefined,
      after: async (record) => {
        calls.push(record)
      },
    },
  })
  const world = { db, panel, now: clock.now, log: silentLog }
  await importRegions(world, CATALOGUE.regions)
  await importCatalogue(world, CATALOGUE)
  await syncEggs(world)
  await syncFleet(world)
  calls.length = 0

  const customer = async (): Promise<string> => {
    const id = randomUUID()
    const email = `c${id.slice(0, 8)}@example.com`
    await db.q.insertInto('auth.user').values({ id, name: 'Cora Customer', email, emailVerified: true }).execute()
    return id
  }
  /** A checkout that was paid a moment ago. */
  const paidOrder = async (userId?: string): Promise<string> => {
    const id = randomUUID()
    const at = clock.now()
    const owner = userId ?? (await customer())
    await db.tx(async (tx) => {
      await tx
        .insertInto('checkouts')
        .values({
          ...{ id, user_id: owner, plan_id: 'mc-4', term: 'monthly', region_id: 'fra', server_name: 'Castle', state: 'open' },
          ...{ amount_cents: 1000, currency: 'usd', stripe_price_id: 'price_1', session_expires_at: at, terms_accepted_at: at },
          ...{ created_at: at, updated_at: at },
        })
        .execute()
      await place(tx, { id, regionId: 'fra', ramMb: 4096, diskMb: 10_240, ports: PORTS, at })
    })
    const session = { sessionId: `cs_${id}`, subscriptionId: `sub_${id}`, customerId: 'cus_1' }
    await fulfil(world, { checkoutId: id, ...session, paidAt: at, amountCents: 1000, currency: 'usd' })
    return id
  }
  const order = async (id: string): Promise<Order> => {
    const found = await orderById(db.q, id)
    if (!found) throw new Error(`no order ${id}`)
    return found
  }
  const reconcile = (id: string): Promise<Outcome> => reconcileServer(world, id, new AbortController().signal)
  return {
    ...world,
    clock,
    sandbox,
    /** Calls to the panel since the shop was made ready. */
    calls,
    customer,
    paidOrder,
    order,
    reconcile,
    watch: () => watchInstalls(world, undefined, SERVERS_SETTINGS),
    fault: (input: Omit<FaultInput, 'system'>) => faults.add({ ...input, system: 'panel' }),
    noFaults: () => faults.clear(),
    /** Time passes, with the watch looking every 10 s, and every order that was woken or is due is reconciled. */
    async pass(ms: number, ids: string[], stepMs = 10_000) {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.advance(Math.min(left, stepMs))
        await watchInstalls(world, undefined, SERVERS_SETTINGS)
        for (const id of ids) await reconcile(id)
      }
    },
    /** Servers that stand on the panel for this order. */
    serversOf: async (id: string) => {
      const found = []
      for await (const page of panel.servers({ share: 'staff' })) found.push(...page.filter((server) => server.externalId === id))
      return found
    },
    openFindings: async () =>
      (await db.q.selectFrom('findings').select('kind').where('status', '=', 'open').execute()).map((row) => row.kind),
    mails: async (id: string) =>
      (await db.q.selectFrom('messages').selectAll().execute()).filter((mail) => mail.props['orderId'] === id).map((mail) => mail.template),
  }
}
