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
interface PanelState {
  servers: { external_id: string | null; owner: number; allocations: { id: number; ip: string; port: number }[] }[]
}
const buy = (count: number) =>
  givrwrld(stack.dataDir, 'demo', 'buy', '--count', String(count), '--concurrency', '10', '--timeout', '120', '--json')
const panelState = async (): Promise<PanelState> =>
  (await fetch(`${stack.config.panelUrl}/sandbox/state.json`)).json() as Promise<PanelState>

/** One server for each order, its id the panel's external id, its owner the order's customer, no port twice. */
async function expectOneServerEach(ids: string[]): Promise<void> {
  const { servers } = await panelState()
  const { rows } = await stack.db.pool.query(
    `select o.id, o.status, o.pterodactyl_server_identifier, e.pterodactyl_user_id from orders o left join external_accounts e on e.user_id = o.user_id where o.id = any($1)`,
    [ids],
  )
  expect(rows).toHaveLength(ids.length)
  for (const row of rows) {
    const own = servers.filter((server) => server.external_id === row.id)
    expect(own.map((server) => server.owner)).toEqual([row.pterodactyl_user_id])
    expect(['provisioned', 'active']).toContain(row.status)
  }
  const ports = servers.flatMap((server) => server.allocations.map((one) => `${one.ip}:${one.port}`))
  expect(new Set(ports).size).toBe(ports.length)
}

test('twenty new customers at once', async () => {
  const ran = await buy(20)
  expect(ran.code, ran.err).toBe(0)
  const { orders, panelCallsPerOrder } = ran.json<Demo>()
  await expectOneServerEach(orders.map((order) => order.id))
  // One call makes the account, one the server; the watch shares its calls over all.
  expect(panelCallsPerOrder).toBeLessThanOrEqual(3)
}, 180_000)

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
