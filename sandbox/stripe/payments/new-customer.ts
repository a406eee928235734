import { newId, randomLetters } from '../wire/ids.ts'
import type { Customer } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function newCustomer(world: World, ask: { email?: string | null; name?: string | null } = {}): Customer {
  const customer: Customer = {
    id: newId('cus_', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: nowOf(world),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: ask.email ?? null,
    invoice_prefix: randomLetters(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: ask.name ?? null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
  world.rows.customers.set(customer.id, customer)
  return customer
}
