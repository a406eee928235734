import { expect, test } from 'vitest'
import { sellingWorld } from '../../../test/kit/selling.ts'
import type { Actor } from '../../kit/actor.ts'
import { asFailure } from '../../kit/failure.ts'
import { silentLog } from '../../kit/log.ts'
import { newRouter } from '../../kit/routes.ts'
import { OpsOrderDetail, OpsOrderPage, OrderList, OrderView, TimelinePage } from '../contract.ts'
import { lockOrder, saveOrder } from '../index.ts'
import { opsOrderRoutes, orderRoutes, shopRoutes } from './index.ts'

const shop = await sellingWorld()
const operator: Actor = { kind: 'user', id: '00000000-0000-4000-8000-000000000001', role: 'operator' }
const support: Actor = { ...operator, role: 'support' }
const service: Actor = { kind: 'service', id: 'service_role', role: 'service' }

const appOf = (actor: Actor | null) => {
  const app = newRouter()
  app.use(async (c, next) => {
    c.set('actor', actor)
    c.set('requestId', 'req-1')
    c.set('log', silentLog)
    await next()
  })
  app.onError((thrown, c) => {
    const failure = asFailure(thrown)
    return c.json({ type: failure.code }, failure.status as 400)
  })
  for (const routes of [orderRoutes(shop.world), opsOrderRoutes(shop.world), shopRoutes(shop.world)]) app.route('/', routes)
  return app
}
const get = async (actor: Actor | null, path: string) => {
  const answer = await appOf(actor).request(path)
  return { status: answer.status, body: (await answer.json()) as Record<string, never> }
}
const post = async (actor: Actor | null, path: string, body: object = {}) => {
  const answer = await appOf(actor).request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, never> }
}
async function paid(name = 'My server') {
  const by = await shop.customer()
  const { id } = await shop.open(by, { ask: { ...shop.ask, server_name: name } })
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  return { by, id }
}
const change = (id: string, to: Parameters<typeof saveOrder>[2]) =>
  shop.db.tx(async (tx) => saveOrder(tx, await lockOrder(tx, id), to, { title: 'Set', by: 'test', at: shop.now() }))

test('a customer sees the own order, in the shape of the contract, and nobody else does', async () => {
  const { by, id } = await paid()
  const { status, body } = await get(by, `/api/orders/${id}`)
  expect(status).toBe(200)
  expect(OrderView.parse(body)).toMatchObject({
    stage: 'order',
    status: 'paid',
    serverName: 'My server',
    gameName: 'Minecraft',
    progress: 20,
    trouble: null,
  })
  expect(OrderList.parse((await get(by, '/api/orders')).body).orders.map((order) => order.id)).toEqual([id])
  const stranger = await shop.customer()
  expect(await get(stranger, `/api/orders/${id}`)).toEqual({ status: 404, body: { type: 'orders.unknown' } })
  expect(await get(operator, `/api/orders/${id}`)).toMatchObject({ status: 404 })
  expect(await get(null, `/api/orders/${id}`)).toMatchObject({ status: 401 })
  expect(await get(service, '/api/orders')).toMatchObject({ status: 403 })
  expect(await get(by, '/api/orders/not-an-id')).toMatchObject({ status: 400 })
})

test('an unpaid checkout stands on top of the list and can be called off by its customer alone', async () => {
  const by = await shop.customer()
  const { id, url } = await shop.open(by)
  expect(OrderList.parse((await get(by, '/api/orders')).body).orders).toMatchObject([{ id, stage: 'checkout', payUrl: url, status: null }])
  expect(await post(await shop.customer(), `/api/checkouts/${id}/cancel`)).toMatchObject({ status: 404 })
  expect(await post(by, `/api/checkouts/${id}/cancel`)).toMatchObject({ status: 200, body: { checkoutState: 'expired', payUrl: null } })
})

test('a delivered order shows its address; trouble says what happened without saying our secrets', async () => {
  const { by, id } = await paid()
  const failure = {
    code: 'panel.key_refused',
    kind: 'denied' as const,
    cause: 'The panel refuses PTERO_APP_KEY.',
    next: 'Set it.',
    field: null,
    at: shop.now().toISOString(),
  }
  await change(id, { status: 'provisioning' })
  await change(id, { status: 'error', failure })
  const troubled = await get(by, `/api/orders/${id}`)
  expect(troubled.body).toMatchObject({ trouble: { title: 'We are on it' } })
  expect(JSON.stringify(troubled.body)).not.toContain('PTERO_APP_KEY')
  await change(id, { status: 'provisioned', failure: null, pterodactylServerId: '9', pterodactylServerIdentifier: 'abcd1234' })
  const view = OrderView.parse((await get(by, `/api/orders/${id}`)).body)
  expect(view).toMatchObject({
    progress: 100,
    trouble: null,
    server: { identifier: 'abcd1234', panelUrl: 'http://panel.test/server/abcd1234' },
  })
  expect(view.server?.address).toMatch(/^203[.]0[.]113[.]1:25\d+$/)
  expect(view.steps.every((step) => step.state === 'done')).toBe(true)
})

test("operators find orders by the runbook's filters, by id, e-mail and name, page by page", async () => {
  await shop.db.byHand(`update orders set status = 'canceled'`)
  const ids: string[] = []
  for (const name of ['Alpha', 'Alphabet', 'Beta']) {
    ids.push((await paid(name)).id)
    await shop.freeAll()
    await shop.clock.advance(1_000)
  }
  const [alpha = '', alphabet = '', beta = ''] = ids
  const find = async (query: string) => OpsOrderPage.parse((await get(operator, `/api/ops/orders?${query}`)).body)
  const idsOf = async (query: string) => (await find(query)).items.map((row) => row.id)
  await shop.clock.advance(11 * 60_000)
  expect(await idsOf('filter=stuck')).toEqual([beta, alphabet, alpha])
  await change(beta, { status: 'provisioning' })
  await change(beta, { status: 'error' })
  expect(await idsOf('filter=stuck')).toEqual([alphabet, alpha])
  expect(await idsOf('filter=error')).toEqual([beta])
  expect(await idsOf('filter=unprovisioned')).toEqual([beta, alphabet, alpha])
  expect(await idsOf('filter=unprovisioned&q=alpha')).toEqual([alphabet, alpha])
  expect(await idsOf(`q=${beta}`)).toEqual([beta])
  const email = (await find(`q=${beta}`)).items[0]?.customerEmail ?? ''
  expect(await idsOf(`q=${encodeURIComponent(email.toUpperCase())}`)).toEqual([beta])
  const first = await find('filter=unprovisioned&limit=2')
  const second = await find(`filter=unprovisioned&limit=2&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map((row) => row.id)).toEqual([beta, alphabet, alpha])
  expect(second.nextCursor).toBeNull()
  expect(await get(operator, '/api/ops/orders?cursor=rubbish')).toMatchObject({ status: 400 })
})

test('a customer with many orders reads them page by page, what is not paid yet on the first alone', async () => {
  const by = await shop.customer()
  const ids: string[] = []
  for (const name of ['One', 'Two', 'Three']) {
    const { id } = await shop.open(by, { ask: { ...shop.ask, server_name: name } })
    shop.sandbox.pay(await shop.sessionId(id))
    await shop.settle()
    await shop.freeAll()
    await shop.clock.advance(1_000)
    ids.unshift(id)
  }
  const { id: unpaid } = await shop.open(by)
  const read = async (query: string) => OrderList.parse((await get(by, `/api/orders${query}`)).body)
  const idsOf = ({ orders }: OrderList) => orders.map((order) => order.id)
  const first = await read('?limit=2')
  const second = await read(`?limit=2&cursor=${first.nextCursor}`)
  expect([idsOf(first), idsOf(second)]).toEqual([[unpaid, ...ids.slice(0, 2)], ids.slice(2)])
  expect(second.nextCursor).toBeNull()
  expect(await get(by, '/api/orders?cursor=rubbish')).toEqual({ status: 400, body: { type: 'request.invalid' } })
})

test('a timeline is read backwards, page by page, whatever its entries are', async () => {
  const { id } = await paid()
  for (const kind of ['call', 'note', 'state', 'call', 'note'])
    await shop.db.byHand('insert into order_events (order_id, at, kind, title) values ($1, now(), $2, $3)', [id, kind, `A ${kind}`])
  const whole = OpsOrderDetail.parse((await get(support, `/api/ops/orders/${id}`)).body)
  expect(whole.timelineCursor).toBeNull()
  const pages = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = TimelinePage.parse((await get(support, `/api/ops/orders/${id}/timeline?limit=2&cursor=${cursor}`)).body)
    pages.unshift(...page.items)
    cursor = page.nextCursor
  }
  expect(pages).toEqual(whole.timeline)
  expect(await get(support, `/api/ops/orders/${id}/timeline?cursor=-1`)).toMatchObject({ status: 400 })
})

test('staff read everything about an order; retrying needs an operator', async () => {
  const { by, id } = await paid()
  expect(await get(by, '/api/ops/orders')).toMatchObject({ status: 403 })
  const seen = OpsOrderDetail.parse((await get(support, `/api/ops/orders/${id}`)).body)
  expect(seen).toMatchObject({
    id,
    canRetry: false,
    reservation: { ramMb: 2048 },
    stripe: { subscriptionId: expect.stringMatching(/^sub_/) },
  })
  expect(seen.timeline.map((entry) => entry.title)).toContain('Payment received')
  expect(await post(support, `/api/ops/orders/${id}/retry`)).toMatchObject({ status: 403 })
  expect(await post(operator, `/api/ops/orders/${id}/retry`, { reason: 'because' })).toMatchObject({
    status: 202,
    body: { canRetry: true },
  })
  expect(await post(operator, '/api/ops/orders/00000000-0000-4000-8000-00000000dead/retry')).toMatchObject({ status: 404 })
})

test('the shop says what is sold and where there is room', async () => {
  expect((await get(null, '/api/shop')).body).toMatchObject({
    selling: true,
    currency: 'usd',
    games: [{ id: 'mc', fromCents: 599, soldOut: false }],
  })
  const plan = { id: 'mc-2', sellable: true, availability: { eu: 'available' }, prices: [{ term: 'monthly', amountCents: 599 }] }
  expect((await get(null, '/api/games/mc')).body).toMatchObject({ eula: null, plans: [plan] })
  expect(await get(null, '/api/games/chess')).toMatchObject({ status: 404 })
})

test('the stream sends the order at once and again when it changes, and ends with its reader', async () => {
  const { by, id } = await paid()
  const reading = new AbortController()
  const answer = await appOf(by).request(`/api/orders/${id}/events`, { signal: reading.signal })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const reader = answer.body!.getReader()
  const next = async () => {
    for (let text = ''; ; ) {
      const { value } = await reader.read()
      text += new TextDecoder().decode(value)
      const data = /event: order\ndata: (.*)\n\n/.exec(text)?.[1]
      if (data) return OrderView.parse(JSON.parse(data))
    }
  }
  expect(await next()).toMatchObject({ status: 'paid' })
  await change(id, { status: 'provisioning' })
  expect(await next()).toMatchObject({ status: 'provisioning' })
  await reader.cancel()
  expect(await get(await shop.customer(), `/api/orders/${id}/events`)).toMatchObject({ status: 404 })
})
