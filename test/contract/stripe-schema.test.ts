import type { ValidateFunction } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../sandbox/stripe/routes.ts'
import { driveEverything } from './stripe/drive.ts'
import { openSandbox, type TestSandbox } from './stripe/kit.ts'
import { ALL_NAMES, DELETED_NAMES, SDK_NAMES } from './stripe/names.ts'
import { type SdkSchemas, sdkSchemas } from './stripe/sdk-schema.ts'

type Plain = Record<string, unknown>

let schemas: SdkSchemas
let run: TestSandbox

beforeAll(async () => {
  schemas = sdkSchemas(ALL_NAMES)
  run = await openSandbox()
  await driveEverything(run)
})
afterAll(() => run.close())

const faultsOf = (check: ValidateFunction, value: unknown) =>
  check(value) ? [] : check.errors!.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)

/** What the SDK's types have against an object; nothing when it is as they say. */
function against(body: unknown): string[] {
  const object = body as Plain
  if (object['object'] === 'list') {
    const list = object as { data: unknown[]; has_more: unknown; url: unknown }
    const own = typeof list.has_more === 'boolean' && typeof list.url === 'string' ? [] : ['a list without has_more or url']
    return [...own, ...list.data.flatMap(against)]
  }
  if (object['object'] === 'event') return againstEvent(object)
  const names = object['deleted'] === true ? DELETED_NAMES : SDK_NAMES
  const name = names[String(object['object'])]
  return name ? faultsOf(schemas.check(name), body) : [`no schema for ${String(object['object'])}`]
}

function againstEvent(event: Plain): string[] {
  const check = schemas.checkEvent(String(event['type']))
  return check ? faultsOf(check, event) : [`the SDK knows no event ${String(event['type'])}`]
}

describe('what the sandbox answers', () => {
  it('is, every time, what the types of the installed SDK say', () => {
    const good = run.seen.filter(({ status }) => status === 200)
    const bad = good.flatMap(({ method, path, body }) => against(body).map((fault) => `${method} ${path}: ${fault}`))
    expect(bad).toEqual([])
    expect(good.length).toBeGreaterThan(100)
  })

  it('was asked of every route there is', () => {
    const asked = run.sandbox.stats().byRoute
    expect(routes.map((route) => `${route.method} ${route.path}`).filter((name) => !(name in asked))).toEqual([])
    expect(asked).not.toHaveProperty('unknown')
  })

  it('is an error envelope when it is refused', () => {
    const refused = run.seen.filter(({ status }) => status >= 400)
    expect(refused.length).toBeGreaterThan(2)
    for (const { body } of refused) expect(body).toMatchObject({ error: { type: expect.any(String), message: expect.any(String) } })
  })
})

describe('what happened', () => {
  it('is told in events of the shape the SDK declares', () => {
    expect(run.hook.got.flatMap(({ body }) => againstEvent(JSON.parse(body) as Plain))).toEqual([])
    expect([...new Set(run.hook.types())].sort()).toEqual(EVENT_KINDS)
  })

  it('is listed as it was delivered', async () => {
    const { data } = await run.stripe.events.list({ limit: 100 })
    const wire = (run.seen.at(-1)!.body as { data: Plain[] }).data
    expect(wire.flatMap(againstEvent)).toEqual([])
    expect(data.length).toBeGreaterThan(20)
    const delivered = new Map(run.hook.got.map(({ event }) => [event.id, event]))
    for (const event of wire) expect(delivered.get(String(event['id']))?.data).toEqual(event['data'])
  })
})

describe('the checker', () => {
  const sample = (kind: string) => run.seen.map(({ body }) => body as Plain).find((body) => body['object'] === kind && !body['deleted'])!

  it.each<[string, string, (body: Plain) => void]>([
    ['a value no enum has', 'checkout.session', (body) => Object.assign(body, { payment_status: 'payed' })],
    ['a missing field', 'checkout.session', (body) => delete body['client_reference_id']],
    ['a field no version has', 'checkout.session', (body) => Object.assign(body, { payment_method_type: 'card' })],
    ['a field of an old version', 'invoice', (body) => Object.assign(body, { subscription: 'sub_1' })],
    ['the period where it used to be', 'subscription', (body) => Object.assign(body, { current_period_end: 1 })],
    ['text for a number', 'charge', (body) => Object.assign(body, { amount: '1200' })],
    ['null where nothing may be null', 'customer', (body) => Object.assign(body, { livemode: null })],
    ['a decimal as a number', 'price', (body) => Object.assign(body, { unit_amount_decimal: 1200 })],
    ['another object', 'refund', (body) => Object.assign(body, { object: 'charge' })],
    [
      'a fault deep inside',
      'subscription',
      (body) => Object.assign((body['items'] as { data: Plain[] }).data[0]!, { current_period_end: 'soon' }),
    ],
    ['metadata that is not text', 'product', (body) => Object.assign(body, { metadata: { plan: 4 } })],
    ['a deleted mark on a living thing', 'customer', (body) => Object.assign(body, { deleted: true })],
  ])('notices %s', (_what, kind, breaking) => {
    const body = structuredClone(sample(kind))
    const check = schemas.check(SDK_NAMES[kind]!)
    expect(faultsOf(check, body)).toEqual([])
    breaking(body)
    expect(faultsOf(check, body)).not.toEqual([])
  })

  it('notices an event whose object is of another kind', () => {
    const { event } = run.hook.got.find(({ event: { type } }) => type === 'invoice.paid')!
    const wrong = structuredClone(event) as unknown as { data: { object: Plain } }
    expect(againstEvent(wrong as unknown as Plain)).toEqual([])
    wrong.data.object = sample('charge')
    expect(againstEvent(wrong as unknown as Plain)).not.toEqual([])
  })

  it('does not know names the SDK does not have', () => {
    expect(() => sdkSchemas(['Checkout.Sesion'])).toThrow('Checkout.Sesion')
    expect(schemas.checkEvent('invoice.payed')).toBeNull()
  })
})

/** Every kind of event the sandbox makes. */
const EVENT_KINDS = [
  'billing_portal.configuration.created',
  'billing_portal.configuration.updated',
  'billing_portal.session.created',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
  'charge.failed',
  'charge.pending',
  'charge.refunded',
  'charge.succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'coupon.created',
  'coupon.deleted',
  'customer.created',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'customer.subscription.updated',
  'customer.updated',
  'invoice.created',
  'invoice.finalized',
  'invoice.marked_uncollectible',
  'invoice.paid',
  'invoice.payment_action_required',
  'invoice.payment_failed',
  'invoice.payment_succeeded',
  'invoice.updated',
  'invoice.voided',
  'invoice_payment.paid',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'payment_method.attached',
  'price.created',
  'price.updated',
  'product.created',
  'product.deleted',
  'product.updated',
  'promotion_code.created',
  'promotion_code.updated',
  'refund.created',
  'refund.failed',
  'refund.updated',
  'test_helpers.test_clock.advancing',
  'test_helpers.test_clock.created',
  'test_helpers.test_clock.deleted',
  'test_helpers.test_clock.ready',
]
