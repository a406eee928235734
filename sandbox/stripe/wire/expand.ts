import type { World } from '../world.ts'
import { listOf } from './page-of.ts'
import { invalid } from './refusal.ts'

type Plain = Record<string, unknown>

/** Which table an id belongs to. */
const TABLE_OF: Record<string, keyof World['rows']> = {
  prod: 'products',
  price: 'prices',
  promo: 'promotionCodes',
  cus: 'customers',
  cs: 'sessions',
  sub: 'subscriptions',
  in: 'invoices',
  pi: 'paymentIntents',
  pm: 'paymentMethods',
  ch: 'charges',
  re: 'refunds',
  dp: 'disputes',
  bpc: 'portalConfigurations',
  di: 'discounts',
}

function find(world: World, id: string): unknown {
  const table = TABLE_OF[id.slice(0, id.indexOf('_'))]
  return (table ? world.rows[table].get(id) : undefined) ?? world.rows.deletedCustomers.get(id) ?? world.rows.coupons.get(id)
}

/** Lists that are left out of an object until they are asked for. */
const INCLUDABLE: Record<string, Record<string, (world: World, id: string) => unknown>> = {
  'checkout.session': {
    line_items: (world, id) => listOf(world.rows.sessionPlans.get(id)?.lines ?? [], `/v1/checkout/sessions/${id}/line_items`),
  },
  invoice: {
    payments: (world, id) =>
      listOf(
        world.rows.invoicePayments.values().filter((payment) => payment.invoice === id),
        `/v1/invoice_payments?invoice=${id}`,
      ),
    confirmation_secret: () => null,
  },
  charge: {
    refunds: (world, id) =>
      listOf(
        world.rows.refunds
          .values()
          .filter((refund) => refund.charge === id)
          .reverse(),
        `/v1/charges/${id}/refunds`,
      ),
  },
  customer: {
    subscriptions: (world, id) =>
      listOf(
        world.rows.subscriptions
          .values()
          .filter((subscription) => subscription.customer === id && subscription.status !== 'canceled')
          .reverse(),
        `/v1/customers/${id}/subscriptions`,
      ),
  },
}

/** Replaces ids by the objects they name along one dotted path, in place: `object` must be a copy. */
function expandPath(world: World, object: Plain, steps: string[], path: string): void {
  const [step, ...rest] = steps
  if (step === undefined) return
  const go = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(go)
    if (typeof value === 'string') {
      const found = find(world, value)
      if (!found) throw invalid(`This property cannot be expanded (${path}).`, 'expand')
      return go(structuredClone(found))
    }
    if (value !== null && typeof value === 'object') expandPath(world, value as Plain, rest, path)
    return value
  }
  if (!(step in object)) {
    const include = INCLUDABLE[String(object['object'])]?.[step]
    if (!include) throw invalid(`This property cannot be expanded (${path}).`, 'expand')
    object[step] = structuredClone(include(world, String(object['id'])))
  }
  const value = object[step]
  if (rest.length === 0 && value !== null && typeof value !== 'string' && typeof value !== 'object')
    throw invalid(`This property cannot be expanded (${path}).`, 'expand')
  object[step] = go(value)
}

/** @param paths `customer`, `data.latest_invoice.payments`; four levels at most, as the real API says. */
export function expanded(world: World, answer: object, paths: string[]): object {
  if (paths.length === 0) return answer
  const copy = structuredClone(answer) as Plain
  for (const path of paths) {
    const steps = path.split('.')
    if (steps.length > (steps[0] === 'data' ? 5 : 4))
      throw invalid(`You cannot expand more than 4 levels of a property. Property: ${path}`, 'expand')
    expandPath(world, copy, steps, path)
  }
  return copy
}
