import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { cancelNow } from '../payments/cancel.ts'
import { newCustomer } from '../payments/new-customer.ts'
import { pageOf } from '../wire/page-of.ts'
import { emptyable, flag, inRange, mergeMetadata, metadata, paging, params, range, text, unused, whole } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Customer } from '../wire/shapes.ts'
import type { World } from '../world.ts'

export function readCustomer(world: World, id: string, param = 'id', status = 404): Customer {
  const found = world.rows.customers.get(id)
  if (!found) throw noSuch('customer', id, param, status)
  return found
}

const address = emptyable(
  z.strictObject({
    city: text.optional(),
    country: text.optional(),
    line1: text.optional(),
    line2: text.optional(),
    postal_code: text.optional(),
    state: text.optional(),
  }),
)
const fields = params({
  address: address.optional(),
  description: text.optional(),
  email: text.max(512).optional(),
  invoice_settings: z
    .strictObject({ default_payment_method: text.optional(), ...unused('custom_fields', 'footer', 'rendering_options') })
    .optional(),
  metadata: metadata.optional(),
  name: text.max(256).optional(),
  phone: text.optional(),
  preferred_locales: z.array(text).optional(),
  balance: whole.optional(),
  validate: flag.optional(),
  ...unused(
    'business_name',
    'individual_name',
    'invoice_prefix',
    'next_invoice_sequence',
    'shipping',
    'source',
    'tax',
    'tax_exempt',
    'test_clock',
  ),
})

const blank = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
const nullable = (value: string | undefined, old: string | null | undefined) =>
  value === undefined ? (old ?? null) : value === '' ? null : value

function change(world: World, old: Customer, ask: z.output<typeof fields>): Customer {
  if (ask.email && !/^[^@\s]+@[^@\s]+$/.test(ask.email)) throw invalid(`Invalid email address: ${ask.email}`, 'email', 'email_invalid')
  const method = ask.invoice_settings?.default_payment_method
  if (method && world.rows.paymentMethods.get(method)?.customer !== old.id)
    throw invalid(`The customer does not have a payment method with the ID ${method}.`, 'invoice_settings[default_payment_method]')
  const customer: Customer = {
    ...old,
    address: ask.address === undefined ? (old.address ?? null) : ask.address === '' ? null : { ...blank, ...ask.address },
    balance: ask.balance ?? old.balance,
    description: nullable(ask.description, old.description),
    email: nullable(ask.email, old.email),
    invoice_settings: { ...old.invoice_settings, default_payment_method: nullable(method, old.invoice_settings.default_payment_method) },
    metadata: mergeMetadata(old.metadata, ask.metadata),
    name: nullable(ask.name, old.name),
    phone: nullable(ask.phone, old.phone),
    preferred_locales: ask.preferred_locales ?? old.preferred_locales ?? [],
  }
  world.rows.customers.set(old.id, customer)
  return customer
}

export const customerRoutes = [
  route('POST', '/v1/customers', fields, (world, ask) => {
    const customer = change(world, newCustomer(world), ask)
    emit(world, 'customer.created', customer)
    return customer
  }),
  route('GET', '/v1/customers/:id', params({}), (world, _ask, id) => world.rows.deletedCustomers.get(id) ?? readCustomer(world, id)),
  route('POST', '/v1/customers/:id', fields, (world, ask, id) => {
    const old = readCustomer(world, id)
    const customer = change(world, old, ask)
    emit(world, 'customer.updated', customer, { email: old.email, name: old.name, metadata: old.metadata })
    return customer
  }),
  route('DELETE', '/v1/customers/:id', params({}), (world, _ask, id) => {
    const customer = readCustomer(world, id)
    for (const subscription of world.rows.subscriptions.values())
      if (subscription.customer === id && subscription.status !== 'canceled') cancelNow(world, subscription)
    world.rows.customers.delete(id)
    const gone = { id, object: 'customer', deleted: true } as const
    world.rows.deletedCustomers.set(id, gone)
    emit(world, 'customer.deleted', customer)
    return gone
  }),
  route(
    'GET',
    '/v1/customers',
    params({ ...paging, email: text.optional(), created: range.optional(), ...unused('test_clock') }),
    (world, ask) => {
      const rows = world.rows.customers
        .values()
        .filter((row) => ask.email === undefined || row.email === ask.email)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/customers')
    },
  ),
  route(
    'GET',
    '/v1/customers/:id/payment_methods',
    params({ ...paging, type: text.optional(), ...unused('allow_redisplay') }),
    (world, ask, id) => {
      readCustomer(world, id)
      const rows = world.rows.paymentMethods
        .values()
        .filter((row) => row.customer === id && (ask.type === undefined || row.type === ask.type))
      return pageOf(rows, ask, `/v1/customers/${id}/payment_methods`)
    },
  ),
]
