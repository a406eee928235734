import type Sdk from 'stripe'
import { Failure } from '../../kit/failure.ts'
import { idOf } from './convert.ts'
import type { Reported } from './reporting.ts'
import type { NewPrice, StripeCall } from './types.ts'

/** Amounts of a Stripe price never change, so the amount is part of the key: a new amount is a new price. */
export const lookupKey = (price: NewPrice) => `plan:${price.planId}:${price.term}:${price.amountCents}`

/** The product has an id of our making, so that a second run finds it without a list. */
const productId = (app: string, planId: string) => `${app}_${planId.replace(/[^\w-]/g, '_')}`

export async function ensurePrice(
  sdk: Sdk,
  reported: Reported,
  app: string,
  call: StripeCall,
  price: NewPrice,
): Promise<{ priceId: string; productId: string }> {
  const key = lookupKey(price)
  const found = await reported(call, 'GET /v1/prices', () => sdk.prices.list({ lookup_keys: [key], active: true, limit: 1 }))
  const first = found.data[0]
  if (first) return { priceId: first.id, productId: idOf(first.product) ?? '' }

  const product = await ensureProduct(sdk, reported, call, productId(app, price.planId), price, app)
  const made = await reported(call, 'POST /v1/prices', () =>
    sdk.prices.create(
      {
        product,
        currency: price.currency.toLowerCase(),
        unit_amount: price.amountCents,
        recurring: { interval: 'month', interval_count: price.months },
        lookup_key: key,
        transfer_lookup_key: true,
        metadata: { app, plan_id: price.planId, term: price.term },
      },
      { idempotencyKey: `${app}:price:${key}:${price.currency}` },
    ),
  )
  return { priceId: made.id, productId: product }
}

async function ensureProduct(sdk: Sdk, reported: Reported, call: StripeCall, id: string, price: NewPrice, app: string): Promise<string> {
  try {
    const made = await reported(call, 'POST /v1/products', () =>
      sdk.products.create({ id, name: price.planName, metadata: { app, plan_id: price.planId } }),
    )
    return made.id
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.facts['stripeCode'] === 'resource_already_exists') return id
    throw thrown
  }
}
