import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { decimal, flag, inRange, mergeMetadata, metadata, paging, params, range, text, texts, unused, whole } from '../wire/params.ts'
import { invalid, missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Price } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { createProduct, readProduct } from './products.ts'

export function readPrice(world: World, id: string, param = 'id', status = 404): Price {
  const found = world.rows.prices.get(id)
  if (!found) throw noSuch('price', id, param, status)
  return found
}

export const recurringAsk = z.strictObject({
  interval: z.enum(['day', 'week', 'month', 'year']),
  interval_count: whole.optional(),
  ...unused('meter', 'trial_period_days', 'usage_type'),
})
export const productDataAsk = z.strictObject({
  id: text.optional(),
  name: text,
  description: text.optional(),
  active: flag.optional(),
  metadata: metadata.optional(),
  ...unused('images', 'statement_descriptor', 'tax_code', 'tax_details', 'unit_label'),
})
export const priceFields = {
  currency: text.length(3),
  product: text.optional(),
  product_data: productDataAsk.optional(),
  recurring: recurringAsk.optional(),
  unit_amount: whole.optional(),
  unit_amount_decimal: decimal.optional(),
  tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
}
type PriceAsk = z.output<z.ZodObject<typeof priceFields>> & {
  nickname?: string
  lookup_key?: string
  active?: boolean
  metadata?: Record<string, string>
}

const LONGEST = { day: 1095, week: 156, month: 36, year: 3 }

export function createPrice(world: World, ask: PriceAsk): Price {
  const amount = ask.unit_amount ?? (ask.unit_amount_decimal === undefined ? undefined : Number(ask.unit_amount_decimal))
  if (amount === undefined) throw missingParam('unit_amount')
  if (amount < 0) throw invalid('Invalid non-negative integer', 'unit_amount', 'parameter_invalid_integer')
  const count = ask.recurring?.interval_count ?? 1
  if (ask.recurring && (count < 1 || count > LONGEST[ask.recurring.interval]))
    throw invalid('The maximum interval of a price is three years.', 'recurring[interval_count]')
  if (!ask.product && !ask.product_data) throw missingParam('product')
  const product = ask.product
    ? readProduct(world, ask.product, 'product', 400)
    : createProduct(world, {
        name: ask.product_data!.name,
        ...(ask.product_data!.metadata ? { metadata: ask.product_data!.metadata } : {}),
      })
  const price: Price = {
    id: newId('price_1'),
    object: 'price',
    active: ask.active ?? true,
    billing_scheme: 'per_unit',
    created: nowOf(world),
    currency: ask.currency.toLowerCase(),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: ask.lookup_key ?? null,
    metadata: ask.metadata ?? {},
    nickname: ask.nickname ?? null,
    product: product.id,
    recurring: ask.recurring
      ? { interval: ask.recurring.interval, interval_count: count, meter: null, trial_period_days: null, usage_type: 'licensed' }
      : null,
    tax_behavior: ask.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: ask.recurring ? 'recurring' : 'one_time',
    unit_amount: Number.isInteger(amount) ? amount : null,
    unit_amount_decimal: String(amount),
  }
  world.rows.prices.set(price.id, price)
  return price
}

/** A lookup key names one price; it may be taken over only when that is asked for. */
function claimLookupKey(world: World, key: string | undefined, transfer: boolean | undefined, owner?: string) {
  if (!key) return
  const holder = world.rows.prices.values().find((price) => price.lookup_key === key && price.id !== owner)
  if (!holder) return
  if (!transfer)
    throw invalid(
      `A price (\`${holder.id}\`) already uses that lookup key. You can transfer it with \`transfer_lookup_key\`.`,
      'lookup_key',
    )
  world.rows.prices.set(holder.id, { ...holder, lookup_key: null })
}

const naming = {
  active: flag.optional(),
  lookup_key: text.max(200).optional(),
  transfer_lookup_key: flag.optional(),
  metadata: metadata.optional(),
  nickname: text.optional(),
}

export const priceRoutes = [
  route(
    'POST',
    '/v1/prices',
    params({ ...priceFields, ...naming, billing_scheme: z.literal('per_unit').optional(), ...unused('currency_options') }),
    (world, ask) => {
      claimLookupKey(world, ask.lookup_key, ask.transfer_lookup_key)
      const price = createPrice(world, { ...ask, metadata: mergeMetadata({}, ask.metadata) })
      emit(world, 'price.created', price)
      return price
    },
  ),
  route('GET', '/v1/prices/:id', params({}), (world, _ask, id) => readPrice(world, id)),
  route('POST', '/v1/prices/:id', params({ ...naming, ...unused('currency_options', 'tax_behavior') }), (world, ask, id) => {
    const old = readPrice(world, id)
    claimLookupKey(world, ask.lookup_key, ask.transfer_lookup_key, id)
    const price: Price = {
      ...old,
      active: ask.active ?? old.active,
      lookup_key: ask.lookup_key === undefined ? old.lookup_key : ask.lookup_key || null,
      nickname: ask.nickname ?? old.nickname,
      metadata: mergeMetadata(old.metadata, ask.metadata),
    }
    world.rows.prices.set(id, price)
    emit(world, 'price.updated', price, { active: old.active, lookup_key: old.lookup_key })
    return price
  }),
  route(
    'GET',
    '/v1/prices',
    params({
      ...paging,
      active: flag.optional(),
      created: range.optional(),
      currency: text.optional(),
      lookup_keys: texts.optional(),
      product: text.optional(),
      type: z.enum(['one_time', 'recurring']).optional(),
      recurring: z.strictObject({ interval: text.optional(), ...unused('meter', 'usage_type') }).optional(),
    }),
    (world, ask) => {
      if (ask.lookup_keys && ask.lookup_keys.length > 10) throw invalid('You may only specify up to 10 lookup_keys.', 'lookup_keys')
      const rows = world.rows.prices
        .values()
        .filter((row) => ask.active === undefined || row.active === ask.active)
        .filter((row) => ask.currency === undefined || row.currency === ask.currency)
        .filter((row) => ask.lookup_keys === undefined || (row.lookup_key !== null && ask.lookup_keys.includes(row.lookup_key)))
        .filter((row) => ask.product === undefined || row.product === ask.product)
        .filter((row) => ask.type === undefined || row.type === ask.type)
        .filter((row) => ask.recurring?.interval === undefined || row.recurring?.interval === ask.recurring.interval)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/prices')
    },
  ),
]
