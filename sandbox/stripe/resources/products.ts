import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { emptyable, flag, inRange, mergeMetadata, metadata, paging, params, range, text, texts, unused } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Product } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function readProduct(world: World, id: string, param = 'id', status = 404): Product {
  const found = world.rows.products.get(id)
  if (!found) throw noSuch('product', id, param, status)
  return found
}

const feature = z.strictObject({ name: text })
const fields = {
  active: flag.optional(),
  metadata: metadata.optional(),
  images: emptyable(texts).optional(),
  marketing_features: emptyable(z.array(feature)).optional(),
  ...unused('package_dimensions', 'shippable', 'statement_descriptor', 'tax_details'),
}
const nullable = (value: string | undefined, old: string | null) => (value === undefined ? old : value === '' ? null : value)

export function createProduct(
  world: World,
  ask: { id?: string; name: string; description?: string; metadata?: Record<string, string> },
): Product {
  const id = ask.id ?? newId('prod_', 14)
  if (world.rows.products.get(id)) throw invalid(`Product already exists.`, 'id', 'resource_already_exists')
  const at = nowOf(world)
  const product: Product = {
    id,
    object: 'product',
    active: true,
    created: at,
    default_price: null,
    description: ask.description ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: ask.metadata ?? {},
    name: ask.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: at,
    url: null,
  }
  world.rows.products.set(id, product)
  return product
}

const changes = params({
  ...fields,
  name: text.optional(),
  description: text.optional(),
  default_price: text.optional(),
  tax_code: text.optional(),
  unit_label: text.optional(),
  url: text.optional(),
})

function change(world: World, old: Product, ask: z.output<typeof changes>): Product {
  const product: Product = {
    ...old,
    active: ask.active ?? old.active,
    name: ask.name ?? old.name,
    description: nullable(ask.description, old.description),
    default_price: ask.default_price ?? old.default_price ?? null,
    images: ask.images === undefined ? old.images : ask.images || [],
    marketing_features: ask.marketing_features === undefined ? old.marketing_features : ask.marketing_features || [],
    metadata: mergeMetadata(old.metadata, ask.metadata),
    tax_code: nullable(ask.tax_code, old.tax_code ?? null),
    unit_label: nullable(ask.unit_label, old.unit_label ?? null),
    url: nullable(ask.url, old.url),
    updated: nowOf(world),
  }
  world.rows.products.set(old.id, product)
  return product
}

export const productRoutes = [
  route(
    'POST',
    '/v1/products',
    changes.extend({ id: text.optional(), name: text.min(1), ...unused('default_price_data', 'type') }),
    (world, ask) => {
      const { id, name, ...rest } = ask
      const product = change(world, createProduct(world, { name, ...(id ? { id } : {}) }), rest)
      emit(world, 'product.created', product)
      return product
    },
  ),
  route('GET', '/v1/products/:id', params({}), (world, _ask, id) => readProduct(world, id)),
  route('POST', '/v1/products/:id', changes, (world, ask, id) => {
    const old = readProduct(world, id)
    const product = change(world, old, ask)
    emit(world, 'product.updated', product, { updated: old.updated, active: old.active, name: old.name })
    return product
  }),
  route('DELETE', '/v1/products/:id', params({}), (world, _ask, id) => {
    const product = readProduct(world, id)
    if (world.rows.prices.values().some((price) => price.product === id))
      throw invalid('This product cannot be deleted because it has one or more user-created prices.')
    world.rows.products.delete(id)
    emit(world, 'product.deleted', product)
    return { id, object: 'product', deleted: true }
  }),
  route(
    'GET',
    '/v1/products',
    params({ ...paging, active: flag.optional(), created: range.optional(), ids: texts.optional(), ...unused('shippable', 'type', 'url') }),
    (world, ask) => {
      const rows = world.rows.products
        .values()
        .filter((row) => ask.active === undefined || row.active === ask.active)
        .filter((row) => ask.ids === undefined || ask.ids.includes(row.id))
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/products')
    },
  ),
]
