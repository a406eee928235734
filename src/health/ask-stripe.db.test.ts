import { expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { MINUTE } from '../kit/time.ts'
import { askStripe } from './index.ts'

const shop = await sellingWorld()
const HOLDER = '00000000-0000-4000-8000-000000000001'
const rows = async () => (await shop.db.pool.query(`select * from stripe_health`)).rows[0]
const ask = async () => {
  await shop.db.pool.query(`delete from health_turns`)
  await askStripe(shop, { holder: HOLDER, everyMs: 10 * MINUTE })
  return rows()
}
const api = async (path: string, form: Record<string, string>) => {
  const answer = await fetch(`${shop.sandbox.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.sandbox.secretKey}` },
    body: new URLSearchParams(form),
  })
  return (await answer.json()) as { id: string; data: { id: string }[] }
}
const endpointId = async () => {
  const answer = await fetch(`${shop.sandbox.url}/v1/webhook_endpoints`, { headers: { authorization: `Bearer ${shop.sandbox.secretKey}` } })
  return String(((await answer.json()) as { data: { id: string }[] }).data[0]?.id)
}

test('our endpoint among others: enabled, disabled, gone', async () => {
  expect((await rows()).endpoint).toBe('unknown')
  const id = await endpointId()
  await api('/v1/webhook_endpoints', { url: 'https://somebody.example/else', 'enabled_events[0]': '*' })
  expect(await ask()).toMatchObject({ endpoint: 'enabled', endpoint_url: shop.webhookUrl, undelivered: 0, ask_error: null })
  await api(`/v1/webhook_endpoints/${id}`, { disabled: 'true' })
  expect((await ask()).endpoint).toBe('disabled')
  await api(`/v1/webhook_endpoints/${id}`, { url: 'https://elsewhere.example/x' })
  expect((await ask()).endpoint).toBe('missing')
  await api(`/v1/webhook_endpoints/${id}`, { url: shop.webhookUrl, disabled: 'false' })
  expect((await ask()).endpoint).toBe('enabled')
})

test('what no webhook brought counts once it is no longer on its way; what only others did not take does not', async () => {
  const by = await shop.customer()
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped', match: 'customer.subscription.created' })
  const { id } = await shop.open(by)
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  expect((await ask()).undelivered).toBe(0)
  await shop.advance(3 * MINUTE)
  const found = await ask()
  expect(found).toMatchObject({ undelivered: 1, undelivered_types: ['customer.subscription.created'], undelivered_since: expect.any(Date) })
  shop.faults.clear()
  // Sent again from the dashboard.
  const state = (await (
    await fetch(`${shop.sandbox.url}/v1/events?delivery_success=false&type=customer.subscription.created`, {
      headers: { authorization: `Bearer ${shop.sandbox.secretKey}` },
    })
  ).json()) as { data: { id: string }[] }
  await fetch(`${shop.sandbox.url}/sandbox/events/${state.data[0]?.id}/resend`, { method: 'POST' })
  await shop.settle()
  expect(await ask()).toMatchObject({ undelivered: 0, undelivered_since: null })
})

test('a key that may not look is no fault, and says so', async () => {
  shop.faults.add({ system: 'stripe', kind: 'error_before', status: 403, match: 'GET /v1/webhook_endpoints' })
  expect(await ask()).toMatchObject({ ask_error: 'Our payment provider refuses our key.', endpoint: 'enabled' })
  shop.faults.clear()
  expect(await ask()).toMatchObject({ ask_error: null })
})

test('asked rarely; each minute while Stripe refuses our key', async () => {
  await ask()
  const before = shop.calls.length
  await askStripe(shop, { holder: HOLDER, everyMs: 10 * MINUTE })
  expect(shop.calls).toHaveLength(before)
  await shop.db.pool.query(
    `update stripe_health set refused_since = now(); update health_turns set taken_at = now() - interval '61 seconds'`,
  )
  await askStripe(shop, { holder: HOLDER, everyMs: 10 * MINUTE })
  expect(shop.calls.length).toBeGreaterThan(before)
})
