import { randomUUID } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, test, vi } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import { silentLog } from '../kit/log.ts'
import type { AppEnv } from '../kit/routes.ts'
import type { Stripe } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { functionRoutes } from './routes.ts'

const shop = await panelWorld()
const SERVICE: Actor = { kind: 'service', id: 'service_role', role: 'service' }
const person = (id: string): Actor => ({ kind: 'user', id, role: 'customer' })

/** Stripe is never reached: what these tests ask ends before it. */
const world: Pick<World, 'db' | 'panel' | 'stripe' | 'now' | 'shop'> = {
  ...shop,
  stripe: {} as Stripe,
  shop: { publicUrl: 'http://shop.test', supportUrl: 'mailto:help@shop.test', panelUrl: 'http://panel.test', app: 'givrwrld' },
}

function call(actor: Actor | null, waitMs = 40, verified = true) {
  const app = new OpenAPIHono<AppEnv>()
  app.use('*', async (c, next) => {
    c.set('actor', actor)
    c.set('verified', verified)
    c.set('clientIp', '127.0.0.1')
    c.set('requestId', randomUUID())
    c.set('log', silentLog)
    await next()
  })
  app.onError((error) => {
    const { code, status, say } = asFailure(error)
    return new Response(JSON.stringify({ type: code, detail: say }), { status, headers: { 'content-type': 'application/problem+json' } })
  })
  app.route('/', functionRoutes(world, { wait: { waitMs, pollMs: 20 } }))
  return async (name: string, body: unknown, method = 'POST') => {
    const answer = await app.request(`/functions/v1/${name}`, {
      method,
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text ? (JSON.parse(text) as Record<string, unknown>) : null }
  }
}

test.each(['servers-provision', 'create-pterodactyl-user', 'create-checkout-session'])(
  '%s: a stranger is refused whatever the body',
  async (name) => {
    for (const body of [{}, { order_id: 'x' }, { userId: randomUUID() }]) expect((await call(null)(name, body)).status).toBe(401)
  },
)

test('a customer cannot provision, a service key cannot order', async () => {
  const id = await shop.customer()
  expect((await call(person(id))('servers-provision', { order_id: randomUUID() })).status).toBe(403)
  expect((await call(SERVICE)('create-checkout-session', {})).status).toBe(403)
  expect((await call(person(id))('create-checkout-session', {})).status).toBe(400)
})

test('preflight allows what supabase-js sends, and errors carry the header too', async () => {
  const { status, headers } = await call(null)('servers-provision', null, 'OPTIONS')
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-allow-headers')).toBe('authorization,apikey,x-client-info,content-type')
  expect((await call(null)('servers-provision', {})).headers.get('access-control-allow-origin')).toBe('*')
})

test('servers-provision: 400, 404, 202 while it is worked on, 200 once it exists, again the same', async () => {
  const ask = call(SERVICE)
  expect((await ask('servers-provision', { order_id: 'nonsense' })).status).toBe(400)
  expect((await ask('servers-provision', { order_id: randomUUID() })).status).toBe(404)
  const id = await shop.paidOrder()
  expect(await ask('servers-provision', { order_id: id })).toMatchObject({ status: 202, body: { id: null, status: 'paid' } })
  await shop.reconcile(id)
  const done = await ask('servers-provision', { order_id: id })
  const [server] = await shop.serversOf(id)
  expect(done).toMatchObject({ status: 200, body: { id: String(server?.id), identifier: server?.identifier, status: 'installing' } })
  expect(done.body?.['allocation']).toMatch(/^10\.0\.0\.\d:\d+$/)
  expect((await ask('servers-provision', { order_id: id })).body).toEqual(done.body)
})

test('servers-provision on a canceled order: 409', async () => {
  const id = await shop.paidOrder()
  await shop.db.byHand(`update orders set status = 'canceled' where id = '${id}'`)
  expect((await call(SERVICE)('servers-provision', { order_id: id })).status).toBe(409)
})

test.each([
  ['a refused field: 422', { kind: 'refuse_field', field: 'environment.SERVER_JARFILE' }, 422, 'servers.field_refused'],
  ['a failing daemon: 503', { kind: 'daemon_error' }, 503, 'servers.daemon_failed'],
  ['a refused key: 503, not 401', { kind: 'key_refused' }, 503, 'servers.panel_key_refused'],
])('servers-provision, %s', async (_, fault, status, type) => {
  const id = await shop.paidOrder()
  shop.fault({ ...fault, match: 'POST /api/application/servers' })
  const asking = call(SERVICE, 10_000)('servers-provision', { order_id: id })
  await vi.waitFor(async () =>
    expect(
      await shop.db.q.selectFrom('audit_log').select('id').where('did', '=', 'orders.retry').where('target_id', '=', id).execute(),
    ).toHaveLength(1),
  )
  await shop.reconcile(id)
  expect(await asking).toMatchObject({ status, body: { type } })
  shop.noFaults()
})

test('create-pterodactyl-user: made once with a password, then known without one', async () => {
  const userId = await shop.customer()
  const first = await call(person(userId))('create-pterodactyl-user', { userId })
  expect(first).toMatchObject({ status: 200, body: { pterodactyl_user_id: expect.any(Number), password: expect.any(String) } })
  const { password: _, ...known } = first.body ?? {}
  expect((await call(SERVICE)('create-pterodactyl-user', { userId })).body).toEqual(known)
})

test('create-pterodactyl-user: not for others, and a reset by the service key alone', async () => {
  const userId = await shop.customer()
  expect((await call(person(await shop.customer()))('create-pterodactyl-user', { userId })).status).toBe(403)
  await call(SERVICE)('create-pterodactyl-user', { userId })
  expect((await call(person(userId))('create-pterodactyl-user', { userId, reset_password: true })).status).toBe(403)
  const reset = await call(SERVICE)('create-pterodactyl-user', { userId, reset_password: true })
  expect(reset).toMatchObject({ status: 200, body: { password: expect.any(String) } })
})

test('create-pterodactyl-user: the panel’s refusal of our key is not the caller’s', async () => {
  const userId = await shop.customer()
  shop.fault({ kind: 'key_refused' })
  expect(await call(SERVICE)('create-pterodactyl-user', { userId })).toMatchObject({ status: 503 })
  shop.noFaults()
  expect((await call(SERVICE)('create-pterodactyl-user', { userId: randomUUID() })).status).toBe(404)
})

test('who has not confirmed the address gets no panel account in its name; staff may make it', async () => {
  const userId = await shop.customer()
  const refused = await call(person(userId), 40, false)('create-pterodactyl-user', { userId })
  expect(refused).toMatchObject({ status: 403, body: { type: 'operations.address_not_confirmed' } })
  expect((await call(SERVICE, 40, false)('create-pterodactyl-user', { userId })).status).toBe(200)
})
