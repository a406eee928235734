import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { openCheckout, openProduct, openSandbox, refusal, type TestSandbox } from './stripe/kit.ts'

let box: TestSandbox
beforeAll(async () => {
  box = await openSandbox()
})
afterAll(() => box.close())

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${box.sandbox.url}${path}`, { ...init, headers: { Authorization: 'Bearer sk_test_sandbox', ...init.headers } })

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body: new URLSearchParams(form), headers })

describe('a request nobody understands', () => {
  it('is a 404 in the envelope when the route is unknown', async () => {
    const error = await refusal(box.stripe.rawRequest('GET', '/v1/nothing_here'))
    expect(error).toMatchObject({ statusCode: 404, rawType: 'invalid_request_error' })
    expect(error.message).toContain('Unrecognized request URL (GET: /v1/nothing_here)')
  })

  it.each([
    ['at the top', { name: 'x', colour: 'red' }, 'colour'],
    ['inside', { name: 'x', 'marketing_features[0][name]': 'a', 'marketing_features[0][size]': '1' }, 'marketing_features[0][size]'],
  ])('names an unknown parameter %s', async (_where, form, param) => {
    const answer = await post('/v1/products', form)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'parameter_unknown', param, type: 'invalid_request_error' } })
  })

  it('names a missing parameter and one of the wrong kind', async () => {
    expect(await refusal(box.stripe.products.create({} as never))).toMatchObject({
      code: 'parameter_missing',
      param: 'name',
      statusCode: 400,
    })
    const answer = await post('/v1/prices', { currency: 'usd', product: 'p', unit_amount: 'ten' })
    expect(await answer.json()).toMatchObject({ error: { code: 'parameter_invalid_integer', param: 'unit_amount' } })
  })

  it('says which thing it does not have', async () => {
    expect(await refusal(box.stripe.customers.retrieve('cus_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such customer: 'cus_none'",
    })
    expect(await refusal(openCheckout(box.stripe, { customer: 'cus_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
    })
  })
})

describe('access', () => {
  it('needs a key, the right one, and never a live one', async () => {
    expect((await fetch(`${box.sandbox.url}/v1/balance`)).status).toBe(401)
    const wrong = await call('/v1/balance', { headers: { Authorization: 'Bearer sk_test_other' } })
    expect(wrong.status).toBe(401)
    expect(await wrong.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining('Invalid API Key') },
    })
    const live = await call('/v1/balance', { headers: { Authorization: 'Bearer sk_live_abc' } })
    expect(await live.json()).toMatchObject({ error: { message: expect.stringContaining('live key') } })
  })

  it('does not start with a live key', async () => {
    const { clock, faults } = box
    await expect(startStripe({ clock, faults, journal: openJournal(null), secretKey: 'sk_live_abc' })).rejects.toThrow('live key')
  })

  it('speaks one version', async () => {
    expect((await call('/v1/balance')).headers.get('stripe-version')).toBe('2026-10-28.endive')
    const old = await call('/v1/balance', { headers: { 'Stripe-Version': '2024-06-20' } })
    expect(old.status).toBe(400)
    expect(old.headers.get('request-id')).toMatch(/^req_/)
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again', async () => {
    const ask = { email: 'a@shop.test', metadata: { user: '1' } }
    const first = await box.stripe.customers.create(ask, { idempotencyKey: 'same' })
    const { headers: before } = box.seen.at(-1)!
    const second = await box.stripe.customers.create(ask, { idempotencyKey: 'same' })
    const { headers: after } = box.seen.at(-1)!
    expect(second.id).toBe(first.id)
    expect(before['idempotent-replayed']).toBeUndefined()
    expect(after).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': before['request-id'], 'idempotency-key': 'same' })
    expect(after['request-id']).not.toBe(before['request-id'])
    expect((await box.stripe.customers.list({ email: 'a@shop.test' })).data).toHaveLength(1)
  })

  it('refuses other parameters and other routes', async () => {
    await box.stripe.customers.create({ email: 'b@shop.test' }, { idempotencyKey: 'once' })
    const other = await refusal(box.stripe.customers.create({ email: 'c@shop.test' }, { idempotencyKey: 'once' }))
    expect(other).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' })
    const elsewhere = await refusal(box.stripe.products.create({ name: 'b' }, { idempotencyKey: 'once' }))
    expect(elsewhere).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' })
    expect(await refusal(box.stripe.products.create({ name: 'b' }, { idempotencyKey: 'k'.repeat(256) }))).toMatchObject({ statusCode: 400 })
  })

  it('keeps a 500 and its answer, though the session was made', async () => {
    const { price } = await openProduct(box.stripe)
    const customer = await box.stripe.customers.create({ email: 'd@shop.test' })
    box.faults.add({ system: 'stripe', kind: 'session_500', times: 1 })
    const ask = () =>
      box.stripe.checkout.sessions.create(
        { mode: 'subscription', customer: customer.id, line_items: [{ price: price.id }], success_url: 'http://shop.test' },
        { idempotencyKey: 'order:1:checkout:v1' },
      )
    const first = await refusal(ask())
    const second = await refusal(ask())
    expect([first.statusCode, second.statusCode]).toEqual([500, 500])
    expect(first.headers?.['stripe-should-retry']).toBe('false')
    expect(second.headers?.['idempotent-replayed']).toBe('true')
    expect((await box.stripe.checkout.sessions.list({ customer: customer.id })).data).toHaveLength(1)
  })

  it('stays free when the parameters were refused, and is forgotten after a day', async () => {
    await refusal(box.stripe.products.create({ nam: 'x' } as never, { idempotencyKey: 'free' }))
    const first = await box.stripe.products.create({ name: 'x' }, { idempotencyKey: 'free' })
    await box.clock.advance(25 * 3_600_000)
    const second = await box.stripe.products.create({ name: 'y' }, { idempotencyKey: 'free' })
    expect(second.id).not.toBe(first.id)
  })

  it('conflicts while it is in use', async () => {
    box.faults.add({ system: 'stripe', kind: 'slow', ms: 60_000, match: 'POST /v1/customers', times: 1 })
    const form = { email: 'e@shop.test' }
    const slow = post('/v1/customers', form, { 'Idempotency-Key': 'busy' })
    await expect.poll(() => box.faults.list().length).toBe(0)
    const answer = await post('/v1/customers', form, { 'Idempotency-Key': 'busy' })
    expect(answer.status).toBe(409)
    expect(answer.headers.get('stripe-should-retry')).toBe('true')
    expect(await answer.json()).toMatchObject({ error: { code: 'idempotency_key_in_use' } })
    await box.clock.advance(60_000)
    expect((await slow).status).toBe(200)
  })
})

describe('lists', () => {
  it('go newest first, by cursor, both ways', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index += 1) ids.unshift((await box.stripe.customers.create({ email: 'list@shop.test' })).id)
    const page = (more: object) => box.stripe.customers.list({ email: 'list@shop.test', limit: 3, ...more })
    const first = await page({})
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([ids.slice(0, 3), true])
    const last = await page({ starting_after: ids[5]! })
    expect([last.data.map(({ id }) => id), last.has_more]).toEqual([ids.slice(6), false])
    const before = await page({ ending_before: ids[4]! })
    expect([before.data.map(({ id }) => id), before.has_more]).toEqual([ids.slice(1, 4), true])
    expect(await box.stripe.customers.list({ email: 'list@shop.test', limit: 2 }).autoPagingToArray({ limit: 100 })).toHaveLength(7)
    expect(await refusal(page({ starting_after: 'cus_none' }))).toMatchObject({ code: 'resource_missing', param: 'starting_after' })
    expect(await refusal(page({ limit: 101 }))).toMatchObject({ statusCode: 400, param: 'limit' })
  })

  it('filter by when things were made', async () => {
    await box.clock.advance(10_000)
    const now = Math.floor(box.clock.now().getTime() / 1000)
    const made = await box.stripe.products.create({ name: 'late' })
    const found = await box.stripe.products.list({ created: { gte: now } })
    expect(found.data.map(({ id }) => id)).toEqual([made.id])
  })
})

describe('expand', () => {
  it('replaces ids at any depth, also in lists, and adds lists that are left out', async () => {
    const session = await openCheckout(box.stripe)
    box.sandbox.pay(session.id)
    const done = await box.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['customer', 'line_items', 'subscription.latest_invoice.payments'],
    })
    expect(done.customer).toMatchObject({ object: 'customer' })
    expect(done.line_items?.data).toHaveLength(1)
    expect(done.subscription).toMatchObject({ latest_invoice: { object: 'invoice', payments: { data: [{ status: 'paid' }] } } })
    const list = await box.stripe.checkout.sessions.list({ limit: 1, expand: ['data.subscription.customer'] })
    expect(list.data[0]).toMatchObject({ id: session.id, subscription: { customer: { object: 'customer' } } })
    const plain = await box.stripe.checkout.sessions.retrieve(session.id)
    expect(plain.line_items).toBeUndefined()
    expect(plain.subscription).toMatch(/^sub_/)
  })

  it('refuses what cannot be expanded', async () => {
    const { id } = await openCheckout(box.stripe)
    for (const path of ['status', 'nothing', 'total_details.amount_tax'])
      expect(await refusal(box.stripe.checkout.sessions.retrieve(id, { expand: [path] })), path).toMatchObject({
        statusCode: 400,
        param: 'expand',
      })
  })
})

describe('trouble with the API', () => {
  it('refuses by rate, breaks before the act, and loses the answer after it', async () => {
    box.faults.add({ system: 'stripe', kind: 'too_many_requests', times: 1 })
    expect(await refusal(box.stripe.balance.retrieve())).toMatchObject({
      statusCode: 429,
      code: 'rate_limit',
      type: 'StripeRateLimitError',
    })
    box.faults.add({ system: 'stripe', kind: 'error_before', status: 503, match: 'POST /v1/customers', times: 1 })
    const answer = await post('/v1/customers', { email: 'f@shop.test' }, { 'Idempotency-Key': 'again' })
    expect(answer.status).toBe(503)
    expect((await post('/v1/customers', { email: 'f@shop.test' }, { 'Idempotency-Key': 'again' })).status).toBe(200)
    expect((await box.stripe.customers.list({ email: 'f@shop.test' })).data).toHaveLength(1)
  })

  it('makes the session and says nothing; the key brings it back', async () => {
    const { price } = await openProduct(box.stripe)
    const customer = await box.stripe.customers.create({ email: 'g@shop.test' })
    const form = {
      mode: 'subscription',
      customer: customer.id,
      success_url: 'http://shop.test',
      'line_items[0][price]': price.id,
    }
    box.faults.add({ system: 'stripe', kind: 'session_lost', times: 1 })
    await expect(post('/v1/checkout/sessions', form, { 'Idempotency-Key': 'lost' })).rejects.toThrow('fetch failed')
    const [made] = (await box.stripe.checkout.sessions.list({ customer: customer.id })).data
    const again = await post('/v1/checkout/sessions', form, { 'Idempotency-Key': 'lost' })
    expect(await again.json()).toMatchObject({ id: made!.id })
  })

  it('closes the connection, or never answers', async () => {
    box.faults.add({ system: 'stripe', kind: 'down', times: 1 })
    await expect(call('/v1/balance')).rejects.toThrow('fetch failed')
    box.faults.add({ system: 'stripe', kind: 'hang', times: 1 })
    const hanging = call('/v1/balance', { signal: AbortSignal.timeout(200) })
    await expect(hanging).rejects.toThrow('timeout')
    expect((await call('/v1/balance')).status).toBe(200)
  })
})
