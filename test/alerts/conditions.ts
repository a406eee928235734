import { SERVICE_KEY } from '../chaos/stage.ts'
import { newCustomer, PLAN, REGION, settled } from '../faults/kit.ts'
import { type ProductProcess, productProcess } from '../kit/product-process.ts'
import { soon, type Watched } from './kit.ts'

const MINUTE = 60_000
export const CREATE = 'POST /api/application/servers'
export const STRIPE = { authorization: 'Bearer sk_test_sandbox' }

export interface Case {
  /** The rule and its title. */
  rule: string
  title: string
  by: string
  /** Further rules that this trouble is bound to fire as well. */
  also?: string[]
  /** @returns how to mend it */
  provoke: (watched: Watched) => Promise<() => Promise<void>>
}

/** A paid order of a new customer, who had opened the pay page before the trouble began. */
export async function openPage({ stage }: Watched): Promise<{ id: string; pay: () => Promise<void> }> {
  const shopper = await newCustomer(stage)
  const { id, url } = await shopper.checkOut(PLAN, REGION)
  return { id, pay: () => shopper.pay(url) }
}
export const paid = (watched: Watched, id: string) =>
  soon(async () => (await watched.stage.sql.query('select count(*)::int as n from orders where id = $1', [id])).rows[0].n).toBe(1)
export const retry = (watched: Watched, id: string) => watched.ops('POST', `orders/${id}/retry`, { reason: 'The cause is mended' })
/** Long enough for what counts the last five minutes. */
const forget = (watched: Watched) => watched.stage.advance(6 * MINUTE)

export const CASES: Case[] = [
  {
    rule: 'provisioning_5xx',
    title: 'Provisioning answers with errors',
    by: 'panel daemon_error, then servers-provision',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'panel', kind: 'daemon_error', match: CREATE })
      await page.pay()
      await paid(watched, page.id)
      const answer = await fetch(`${stage.shopUrl}/functions/v1/servers-provision`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ order_id: page.id }),
      })
      if (answer.status !== 503) throw new Error(`servers-provision answered ${answer.status}`)
      return async () => {
        await stage.faultOff(fault)
        await retry(watched, page.id)
        await settled(stage, page.id, 'delivered')
        await forget(watched)
      }
    },
  },
  {
    rule: 'webhook_5xx',
    title: 'The webhook answers with errors',
    by: 'PostgreSQL stopped while Stripe delivers',
    provoke: async (watched) => {
      const page = await openPage(watched)
      const down = watched.stage.crashDatabase(4_000)
      await page.pay()
      await down
      return async () => {
        await settled(watched.stage, page.id, 'delivered')
        await forget(watched)
      }
    },
  },
  {
    rule: 'panel_key_refused',
    title: 'The panel refuses our key',
    by: 'panel key_refused',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'panel', kind: 'key_refused' })
      await page.pay()
      return async () => {
        await stage.faultOff(fault)
        await retry(watched, page.id)
        await settled(stage, page.id, 'delivered')
      }
    },
  },
  {
    rule: 'order_stuck',
    title: 'Orders are stuck in paid',
    by: 'panel daemon_error on creates, 16 minutes',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'panel', kind: 'daemon_error', match: CREATE })
      await page.pay()
      await paid(watched, page.id)
      await stage.advance(16 * MINUTE)
      return async () => {
        await stage.faultOff(fault)
        await retry(watched, page.id)
        await settled(stage, page.id, 'delivered')
      }
    },
  },
  {
    rule: 'orders_in_error',
    title: 'Several orders in error',
    by: 'panel refuse_field, two orders',
    provoke: async (watched) => {
      const { stage } = watched
      const pages = [await openPage(watched), await openPage(watched)]
      const fault = await stage.fault({ system: 'panel', kind: 'refuse_field', field: 'environment.SERVER_JARFILE', match: CREATE })
      for (const page of pages) await page.pay()
      return async () => {
        await stage.faultOff(fault)
        for (const { id } of pages) await retry(watched, id)
        for (const { id } of pages) await settled(stage, id, 'delivered')
      }
    },
  },
  {
    rule: 'oldest_unfulfilled',
    title: 'A paid order has had no server for long',
    by: 'panel install_never, an hour',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'panel', kind: 'install_never' })
      await page.pay()
      await paid(watched, page.id)
      await stage.advance(61 * MINUTE)
      return async () => {
        await stage.faultOff(fault)
        await watched.ops('POST', `orders/${page.id}/cancel`, { reason: 'It never installs', refund: true, delete_server: true })
      }
    },
  },
  {
    rule: 'worker_dead',
    title: 'No worker is heard of',
    by: 'the only worker killed (SIGKILL)',
    provoke: async ({ stage }) => {
      const [worker] = stage.workers
      await worker?.kill('SIGKILL')
      return async () => void (await worker?.start())
    },
  },
  {
    rule: 'sweep_dead',
    title: 'A timed task does not get through',
    by: 'Stripe answers 500 to GET /v1/checkout/sessions',
    provoke: async ({ stage }) => {
      const fault = await stage.fault({ system: 'stripe', kind: 'error_before', match: 'GET /v1/checkout/sessions' })
      return () => stage.faultOff(fault)
    },
  },
  {
    rule: 'panel_unreachable',
    title: 'The panel cannot be reached',
    by: 'panel down, 11 minutes',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'panel', kind: 'down' })
      await page.pay()
      await soon(async () => (await stage.sql.query('select unreachable_since is not null as gone from panel_health')).rows[0].gone).toBe(
        true,
      )
      await stage.advance(11 * MINUTE)
      return async () => {
        await stage.faultOff(fault)
        await retry(watched, page.id)
        await settled(stage, page.id, 'delivered')
      }
    },
  },
  {
    rule: 'stripe_key_refused',
    title: 'Stripe refuses our key',
    by: 'Stripe answers 401',
    provoke: async ({ stage }) => {
      const fault = await stage.fault({ system: 'stripe', kind: 'error_before', status: 401 })
      return () => stage.faultOff(fault)
    },
  },
  {
    rule: 'stripe_unreachable',
    title: 'Stripe cannot be reached',
    by: 'Stripe down, 11 minutes',
    provoke: async ({ stage }) => {
      const fault = await stage.fault({ system: 'stripe', kind: 'down' })
      await soon(async () => (await stage.sql.query('select unreachable_since is not null as gone from stripe_health')).rows[0].gone).toBe(
        true,
      )
      await stage.advance(11 * MINUTE)
      return () => stage.faultOff(fault)
    },
  },
  {
    rule: 'webhook_endpoint',
    title: 'Stripe’s webhook endpoint is off',
    by: 'the endpoint disabled at Stripe',
    provoke: async ({ stage }) => {
      const found = (await (await fetch(`${stage.stripeUrl}/v1/webhook_endpoints`, { headers: STRIPE })).json()) as {
        data: { id: string }[]
      }
      const set = (disabled: boolean) =>
        fetch(`${stage.stripeUrl}/v1/webhook_endpoints/${found.data[0]?.id}`, {
          method: 'POST',
          headers: STRIPE,
          body: new URLSearchParams({ disabled: String(disabled) }),
        })
      await set(true)
      return async () => void (await set(false))
    },
  },
  {
    rule: 'webhook_stuck',
    title: 'Webhook events are not worked off',
    by: 'Stripe refuses what the handler asks (400), 11 minutes',
    provoke: async (watched) => {
      const { stage } = watched
      const page = await openPage(watched)
      const fault = await stage.fault({ system: 'stripe', kind: 'error_before', status: 400, match: 'GET /v1/subscriptions/' })
      await page.pay()
      const waiting = async () =>
        (await stage.sql.query('select count(*)::int as n from stripe_events where processed_at is null and last_error is not null'))
          .rows[0].n
      await soon(waiting).toBeGreaterThan(0)
      await stage.advance(11 * MINUTE)
      return async () => {
        await stage.faultOff(fault)
        await stage.advance(11 * MINUTE)
        await settled(stage, page.id, 'delivered')
        await soon(waiting).toBe(0)
      }
    },
  },
  {
    rule: 'clock_wrong',
    title: 'A clock is wrong',
    by: 'a worker whose clock is a minute ahead',
    provoke: async ({ stage }) => {
      const ahead = productProcess({
        name: 'ahead',
        role: 'worker',
        env: { DATA_DIR: stage.dataDir, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(AHEAD)}` },
      })
      await ahead.start()
      return () => ahead.kill('SIGTERM')
    },
  },
  {
    rule: 'brake_tripped',
    title: 'The sweep’s brake has tripped',
    by: 'eleven of twelve servers deleted on the panel',
    provoke: async (watched) => {
      const { stage } = watched
      const servers = await manyServers(watched, 12)
      for (const id of servers.slice(0, 11)) await panel(stage.panelUrl, 'DELETE', `servers/${id}/force`)
      await again(stage.workers[0])
      return async () => {
        const { items } = await watched.ops<{ items: { id: string; kind: string }[] }>('GET', 'findings?status=open')
        const brake = items.find((one) => one.kind === 'servers.mass_missing')
        await watched.ops('POST', `findings/${brake?.id}/repair`, { reason: 'They were deleted on purpose' })
        await again(stage.workers[0])
      }
    },
  },
]

const AHEAD = 'const now=Date.now;Date.now=()=>now()+60000'

async function again(worker: ProductProcess | undefined): Promise<void> {
  await worker?.kill('SIGTERM')
  await worker?.start()
}

const panel = (url: string, method: string, path: string): Promise<Response> =>
  fetch(`${url}/api/application/${path}`, {
    method,
    headers: { authorization: 'Bearer ptla_sandbox_application_key', accept: 'application/json' },
  })

/** So many delivered servers, by their ids on the panel. */
async function manyServers(watched: Watched, count: number): Promise<number[]> {
  const { stage } = watched
  const delivered = async (): Promise<number[]> =>
    (
      await stage.sql.query(
        `select pterodactyl_server_id::int as id from orders where delivered_at is not null and status in ('provisioned', 'active') order by created_at`,
      )
    ).rows.map((row) => row.id)
  const known = (await delivered()).length
  const pages = await Promise.all(Array.from({ length: Math.max(0, count - known) }, () => openPage(watched)))
  for (const page of pages) await page.pay()
  for (const page of pages) await settled(stage, page.id, 'delivered')
  return delivered()
}
