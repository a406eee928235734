import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { givrwrld } from '../kit/command-line.ts'
import { type Stack, startStack } from '../kit/stack.ts'

/** What must hold however badly things go: every paid order ends with exactly one right server. */
let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { PANEL_UNKNOWN_WAIT_MS: '3000' } })
  await stack.startProduct()
}, 120_000)
afterAll(() => stack?.close())
afterEach(() => stack.noFaults())

interface Demo {
  orders: { id: string; status: string; problem?: string }[]
  panelCallsPerOrder: number
}
interface PanelServer {
  external_id: string | null
  owner: number
  egg: number
  allocation: number
  limits: { memory: number; disk: number; cpu: number; swap: number; io: number }
  environment: Record<string, string>
  allocations: { id: number; ip: string; port: number }[]
}
interface Sold {
  id: string
  status: string
  owner: number
  egg: number
  limits: PanelServer['limits']
  ports: { id: number; name: string; port: number }[]
  environment: Record<string, string>
}
const buy = (count: number, plan = 'minecraft-paper-2gb') =>
  givrwrld(stack.dataDir, 'demo', 'buy', '--plan', plan, '--count', String(count), '--concurrency', '10', '--timeout', '120', '--json')
const panelServers = async (): Promise<PanelServer[]> =>
  ((await (await fetch(`${stack.config.panelUrl}/sandbox/state.json`)).json()) as { servers: PanelServer[] }).servers

/** What was sold, from our side alone: plan, recipe, held ports. */
const soldAs = async (ids: string[]): Promise<Sold[]> =>
  (
    await stack.db.pool.query<Sold>(
      `select o.id, o.status, e.pterodactyl_user_id as owner, r.egg_id as egg, r.environment,
         jsonb_build_object('memory', p.ram_gb * 1024, 'disk', p.disk_gb * 1024, 'cpu', p.cores * 100, 'swap', p.swap_mb, 'io', p.io) as limits,
         (select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.port_name, 'port', a.port)) from node_allocations a where a.reservation_id = o.id) as ports
       from orders o join plans p on p.id = o.plan_id join recipes r on r.id = p.recipe_id left join external_accounts e on e.user_id = o.user_id
       where o.id = any($1)`,
      [ids],
    )
  ).rows

/** One server for each order: external id, owner, egg, limits, ports and port variables as sold, and no port twice on the panel. */
async function expectOneServerEach(ids: string[]): Promise<void> {
  const servers = await panelServers()
  const sold = await soldAs(ids)
  expect(sold).toHaveLength(ids.length)
  for (const { id, status, owner, egg, limits, ports, environment } of sold) {
    expect(['provisioned', 'active']).toContain(status)
    const own = servers.filter((server) => server.external_id === id)
    expect(own).toMatchObject([{ owner, egg, limits }])
    expect(own[0]?.allocations.map((one) => one.id).sort()).toEqual(ports.map((one) => one.id).sort())
    for (const [name, value] of Object.entries(environment)) {
      const port = ports.find((one) => value === `{{port:${one.name}}}`)
      if (port) expect(own[0]?.environment[name], name).toBe(String(port.port))
    }
  }
  const taken = servers.flatMap((server) => server.allocations.map((one) => `${one.ip}:${one.port}`))
  expect(new Set(taken).size).toBe(taken.length)
}

test('twenty new customers at once', async () => {
  const ran = await buy(20)
  expect(ran.code, ran.err).toBe(0)
  const { orders, panelCallsPerOrder } = ran.json<Demo>()
  await expectOneServerEach(orders.map((order) => order.id))
  // One call makes the account, one the server; the watch shares its calls over all.
  expect(panelCallsPerOrder).toBeLessThanOrEqual(3)
}, 180_000)

test('a game with several ports: each is held, and its variable names it', async () => {
  const ran = await buy(3, 'rust-vanilla-3gb')
  expect(ran.code, ran.err).toBe(0)
  const ids = ran.json<Demo>().orders.map((order) => order.id)
  await expectOneServerEach(ids)
  const [first] = await soldAs(ids)
  expect(Object.values(first?.environment ?? {}).filter((value) => value.startsWith('{{port:')).length).toBeGreaterThanOrEqual(2)
}, 90_000)

test('the panel creates, then answers 504, on every create: no order lost, none twice, none in error', async () => {
  await stack.fault({ system: 'panel', kind: 'error_after', match: 'POST /api/application/servers', status: 504 })
  const ran = await buy(20)
  expect(ran.code, ran.err).toBe(0)
  await expectOneServerEach(ran.json<Demo>().orders.map((order) => order.id))
}, 180_000)

test('the product is killed while twenty orders are being provisioned, and started again', async () => {
  await stack.fault({ system: 'panel', kind: 'slow', match: 'POST /api/application', ms: 400 })
  const buying = buy(20)
  await expect
    .poll(
      async () =>
        (await stack.db.pool.query(`select count(*)::int as n from orders where status in ('provisioning', 'installing')`)).rows[0].n,
      { timeout: 60_000, interval: 50 },
    )
    .toBeGreaterThanOrEqual(4)
  await stack.killProduct('SIGKILL')
  await stack.startProduct()
  await buying
  const ids = async () => (await stack.db.pool.query<{ id: string }>('select id from orders')).rows.map((row) => row.id)
  await expect
    .poll(
      async () =>
        (await stack.db.pool.query(`select count(*)::int as n from orders where status not in ('provisioned', 'active')`)).rows[0].n,
      { timeout: 90_000, interval: 500 },
    )
    .toBe(0)
  await expectOneServerEach(await ids())
}, 240_000)

test('faults are switched on, listed and switched off from the command line', async () => {
  const sandbox = (...args: string[]) => givrwrld(stack.dataDir, 'sandbox', ...args, '--json')
  const on = await sandbox('fault', 'panel', 'slow', '--ms', '5', '--match', 'GET /none')
  expect(on.code, on.err).toBe(0)
  expect((await sandbox('status')).json<{ faults: object[] }>().faults).toMatchObject([
    { system: 'panel', kind: 'slow', ms: 5, match: 'GET /none', hits: 0 },
  ])
  expect((await sandbox('fault', 'panel', 'nonsense')).code).toBe(64)
  expect((await sandbox('fault', '--off')).json()).toEqual([])
}, 60_000)
