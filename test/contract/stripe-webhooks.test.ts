import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, describe, expect, it } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { createClock } from '../../sandbox/kit/clock.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startStripe } from '../../sandbox/stripe/start.ts'
import { openCheckout, openHook, openSandbox, SECRET, type TestSandbox } from './stripe/kit.ts'

const open: TestSandbox[] = []
const opened = async (...ask: Parameters<typeof openSandbox>) => {
  const box = await openSandbox(...ask)
  open.push(box)
  return box
}
afterEach(async () => {
  for (const box of open.splice(0)) await box.close()
})

const verify = ({ body, headers }: TestSandbox['hook']['got'][number], secret: string, at?: number) =>
  Stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret, undefined, undefined, at)

const product = ({ stripe }: TestSandbox, name = 'x') => stripe.products.create({ name })

describe('a delivery', () => {
  it('carries a signature the SDK accepts, and refuses with another secret or body', async () => {
    const box = await opened()
    await product(box)
    await box.sandbox.settle()
    const [got] = box.hook.got
    const event = verify(got!, SECRET)
    expect(event).toMatchObject({
      type: 'product.created',
      api_version: '2026-10-28.endive',
      pending_webhooks: 1,
      request: { id: expect.stringMatching(/^req_/) },
    })
    expect(() => verify(got!, 'whsec_other')).toThrow(Stripe.errors.StripeSignatureVerificationError)
    expect(() => verify({ ...got!, body: got!.body.replace('x', 'y') }, SECRET)).toThrow(Stripe.errors.StripeSignatureVerificationError)
  })

  it('is signed twice while a secret is rolled, with the new one alone after a day', async () => {
    const box = await opened()
    const [endpoint] = (await box.stripe.webhookEndpoints.list()).data
    const next = box.sandbox.rollSecret(endpoint!.id)
    await product(box)
    await box.sandbox.settle()
    expect(verify(box.hook.got[0]!, SECRET).type).toBe('product.created')
    expect(verify(box.hook.got[0]!, next).type).toBe('product.created')
    expect(String(box.hook.got[0]!.headers['stripe-signature']).match(/v1=/g)).toHaveLength(2)
    await box.pass(25 * 3_600_000)
    await product(box)
    await box.sandbox.settle()
    const at = box.clock.now().getTime()
    expect(verify(box.hook.got[1]!, next, at).type).toBe('product.created')
    expect(() => verify(box.hook.got[1]!, SECRET, at)).toThrow(Stripe.errors.StripeSignatureVerificationError)
  })

  it('goes only to endpoints that are enabled and listen', async () => {
    const box = await opened()
    const other = await openHook()
    const endpoint = await box.stripe.webhookEndpoints.create({ url: other.url, enabled_events: ['customer.created'] })
    expect(endpoint.secret).toMatch(/^whsec_/)
    await product(box)
    await box.stripe.customers.create({})
    await box.stripe.webhookEndpoints.update(endpoint.id, { disabled: true })
    await box.stripe.customers.create({})
    await box.sandbox.settle()
    expect(other.types()).toEqual(['customer.created'])
    expect(verify(other.got[0]!, endpoint.secret!).type).toBe('customer.created')
    expect(box.hook.types()).toEqual(['product.created', 'customer.created', 'customer.created'])
    await other.close()
  })

  it('is tried again, later each time, until it is taken', async () => {
    const box = await opened({ retryScheduleMs: [60_000, 300_000] })
    box.hook.answer(500)
    const { id } = await product(box)
    await box.sandbox.settle()
    expect(box.hook.got).toHaveLength(1)
    const undelivered = async () => (await box.stripe.events.list({ delivery_success: false })).data.map(({ type }) => type)
    expect(await undelivered()).toEqual(['product.created'])
    await box.pass(50_000)
    expect(box.hook.got).toHaveLength(1)
    await box.pass(11_000)
    expect(box.hook.got).toHaveLength(2)
    box.hook.answer(204)
    await box.pass(301_000)
    expect(box.hook.got.map(({ event }) => (event.data.object as { id: string }).id)).toEqual([id, id, id])
    expect(new Set(box.hook.got.map(({ event }) => event.id)).size).toBe(1)
    expect(await undelivered()).toEqual([])
    expect((await box.stripe.events.list({ delivery_success: true })).data[0]).toMatchObject({ pending_webhooks: 0 })
  })

  it('waits for no other endpoint', async () => {
    const box = await opened({ retryScheduleMs: [20] })
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    await box.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] })
    box.hook.answer(500)
    await product(box)
    await expect.poll(() => box.hook.got.length).toBe(2)
    silent.closeAllConnections()
    silent.close()
  })

  it('is given up after the last wait, kept in the list, and can be sent again by hand', async () => {
    const box = await opened({ retryScheduleMs: [1000] })
    box.hook.answer(302)
    await product(box)
    await box.pass(2000)
    await box.pass(86_400_000)
    expect(box.hook.got).toHaveLength(2)
    const [event] = (await box.stripe.events.list({ delivery_success: false })).data
    box.hook.answer(200)
    const resent = await fetch(`${box.sandbox.url}/sandbox/events/${event!.id}/resend`, { method: 'POST' })
    expect(await resent.json()).toEqual({ resent: 1 })
    await box.sandbox.settle()
    expect(box.hook.got).toHaveLength(3)
    expect((await box.stripe.events.retrieve(event!.id)).pending_webhooks).toBe(0)
  })
})

describe('trouble with deliveries', () => {
  it('doubles them', async () => {
    const box = await opened()
    box.faults.add({ system: 'stripe', kind: 'webhook_twice', match: 'product.created' })
    await product(box)
    await box.sandbox.settle()
    expect(box.hook.got).toHaveLength(2)
    expect(box.hook.got[0]!.event.id).toBe(box.hook.got[1]!.event.id)
  })

  it('delays them', async () => {
    const box = await opened()
    box.faults.add({ system: 'stripe', kind: 'webhook_late', ms: 30_000 })
    await product(box)
    await box.pass(29_000)
    expect(box.hook.got).toHaveLength(0)
    await box.pass(1500)
    expect(box.hook.got).toHaveLength(1)
  })

  it('turns their order round', async () => {
    const box = await opened()
    box.faults.add({ system: 'stripe', kind: 'webhook_reordered', ms: 60_000 })
    const session = await openCheckout(box.stripe)
    box.sandbox.pay(session.id)
    await box.sandbox.settle()
    expect(box.hook.got).toHaveLength(0)
    await box.pass(60_000)
    const types = box.hook.types()
    expect(types[0]).toBe('checkout.session.completed')
    expect(types.indexOf('invoice.paid')).toBeLessThan(types.indexOf('customer.subscription.created'))
    expect(types.at(-1)).toBe('product.created')
  })

  it('drops them: recorded, listed as not delivered, never sent', async () => {
    const box = await opened()
    box.faults.add({ system: 'stripe', kind: 'webhook_dropped', times: 1 })
    await product(box, 'dropped')
    await product(box, 'kept')
    await box.pass(7 * 86_400_000)
    expect(box.hook.got).toHaveLength(1)
    const lost = (await box.stripe.events.list({ delivery_success: false })).data
    expect(lost.map(({ data }) => (data.object as { name: string }).name)).toEqual(['dropped'])
  })
})

describe('events in the list', () => {
  it('are found by type, by pattern and before a known one, for thirty days', async () => {
    const box = await opened()
    const session = await openCheckout(box.stripe)
    box.sandbox.pay(session.id)
    const all = (await box.stripe.events.list({ limit: 100 })).data
    expect((await box.stripe.events.list({ type: 'invoice.paid' })).data).toHaveLength(1)
    expect((await box.stripe.events.list({ types: ['invoice.*', 'charge.succeeded'] })).data.map(({ type }) => type)).toEqual([
      'invoice.payment_succeeded',
      'invoice.paid',
      'invoice.finalized',
      'invoice.created',
      'charge.succeeded',
    ])
    expect((await box.stripe.events.list({ ending_before: all[3]!.id })).data.map(({ id }) => id)).toEqual(
      all.slice(0, 3).map(({ id }) => id),
    )
    await box.pass(31 * 86_400_000)
    expect((await box.stripe.events.list({ types: ['checkout.session.completed'] })).data).toHaveLength(0)
  })
})

describe('after a restart', () => {
  it('goes on with what was due: deliveries, expiries, renewals, replies to known keys', async () => {
    const hook = await openHook()
    hook.answer(500)
    const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-'))
    const journalFile = join(folder, 'journal.jsonl')
    const before = await openSandbox({ file: journalFile, hook, retryScheduleMs: [60_000] })
    const left = await openCheckout(before.stripe, { expires_at: Math.floor(Date.now() / 1000) + 1900 })
    const paid = await openCheckout(before.stripe)
    before.sandbox.pay(paid.id)
    const customer = await before.stripe.customers.create({ email: 'r@shop.test' }, { idempotencyKey: 'restart' })
    await before.sandbox.settle()
    const tries = hook.got.length
    const events = before.sandbox.stats().events
    await before.close()

    hook.answer(200)
    const after = await openSandbox({ file: journalFile, hook, retryScheduleMs: [60_000] })
    expect((await after.stripe.webhookEndpoints.list()).data).toHaveLength(1)
    expect((await after.stripe.customers.create({ email: 'r@shop.test' }, { idempotencyKey: 'restart' })).id).toBe(customer.id)
    await after.pass(61_000)
    expect(hook.got.length).toBe(tries + events)
    expect(after.sandbox.stats().undelivered).toBe(0)
    await after.pass(1900_000)
    expect((await after.stripe.checkout.sessions.retrieve(left.id)).status).toBe('expired')
    await after.pass(32 * 86_400_000)
    expect((await after.stripe.invoices.list({ status: 'paid' })).data.map((invoice) => invoice.billing_reason)).toEqual([
      'subscription_cycle',
      'subscription_create',
    ])
    await after.close()
    await hook.close()
    rmSync(folder, { recursive: true })
  })

  it('does not start on a port that is taken', async () => {
    const box = await opened()
    const clock = createClock()
    const journal = openJournal(null)
    await expect(startStripe({ clock, journal, faults: createFaults(journal), port: box.sandbox.port })).rejects.toThrow('EADDRINUSE')
    clock.close()
  })
})
