import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newDiscount, reductions } from '../payments/discounts.ts'
import { productName } from '../payments/subscribe.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { flag, inRange, mergeMetadata, metadata, paging, params, range, text, texts, unused, whole } from '../wire/params.ts'
import { invalid, missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Discount, LineItem, Price, Session } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { readCoupon } from './coupons.ts'
import { readCustomer } from './customers.ts'
import { createPrice, priceFields, readPrice } from './prices.ts'
import { readPromotionCode } from './promotion-codes.ts'
import { blankSession, totalsOf } from './session-shape.ts'

export function readSession(world: World, id: string): Session {
  const found = world.rows.sessions.get(id)
  if (!found) throw noSuch('checkout.session', id)
  return found
}

const SHORTEST = 30 * 60
const LONGEST = 24 * 60 * 60
/** The API counts the half hour from when it reads the request; a minute of grace for the way there. */
const GRACE = 60

const lineAsk = z.strictObject({
  price: text.optional(),
  price_data: z.strictObject(priceFields).optional(),
  quantity: whole.optional(),
  metadata: metadata.optional(),
  ...unused('adjustable_quantity', 'tax_rates'),
})
const createAsk = params({
  mode: z.enum(['payment', 'subscription', 'setup']).optional(),
  line_items: z.array(lineAsk).optional(),
  success_url: text.optional(),
  cancel_url: text.optional(),
  client_reference_id: text.max(200).optional(),
  customer: text.optional(),
  customer_email: text.max(800).optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  currency: text.optional(),
  expires_at: whole.optional(),
  locale: text.optional(),
  metadata: metadata.optional(),
  allow_promotion_codes: flag.optional(),
  allowed_payment_method_types: texts.optional(),
  excluded_payment_method_types: texts.optional(),
  discounts: z
    .array(z.strictObject({ coupon: text.optional(), promotion_code: text.optional() }))
    .max(1)
    .optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  payment_method_collection: z.enum(['always', 'if_required']).optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  ui_mode: z.literal('hosted_page').optional(),
  subscription_data: z
    .strictObject({
      metadata: metadata.optional(),
      description: text.optional(),
      trial_period_days: whole.optional(),
      trial_end: whole.optional(),
      billing_mode: z.strictObject({ type: z.literal('flexible'), ...unused('flexible') }).optional(),
      ...unused('invoice_settings', 'proration_behavior', 'trial_settings', 'default_tax_rates'),
    })
    .optional(),
  payment_intent_data: z
    .strictObject({
      metadata: metadata.optional(),
      description: text.optional(),
      ...unused('receipt_email', 'setup_future_usage', 'statement_descriptor', 'statement_descriptor_suffix'),
    })
    .optional(),
  ...unused('adaptive_pricing', 'after_expiration', 'automatic_tax', 'branding_settings', 'consent_collection', 'custom_text'),
  ...unused('customer_update', 'integration_identifier', 'invoice_creation', 'origin_context', 'payment_method_options'),
  ...unused('phone_number_collection', 'saved_payment_method_options', 'tax_id_collection', 'wallet_options', 'name_collection'),
})
type CreateAsk = z.output<typeof createAsk>

function lineOf(world: World, ask: z.output<typeof lineAsk>, index: number): LineItem {
  const param = `line_items[${index}]`
  if (!ask.price === !ask.price_data) throw missingParam(`${param}[price]`)
  const price: Price = ask.price ? readPrice(world, ask.price, `${param}[price]`, 400) : createPrice(world, ask.price_data!)
  if (!price.active) throw invalid(`The price specified is inactive. This field only accepts active prices.`, `${param}[price]`)
  const quantity = ask.quantity ?? 1
  if (quantity < 1) throw invalid('Invalid positive integer', `${param}[quantity]`, 'parameter_invalid_integer')
  const amount = Math.round(Number(price.unit_amount_decimal) * quantity)
  return {
    id: newId('li_1'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: productName(world, price),
    metadata: mergeMetadata({}, ask.metadata),
    price,
    quantity,
  }
}

function discountsOf(world: World, ask: CreateAsk): Discount[] {
  return (ask.discounts ?? []).map(({ coupon, promotion_code: code }) => {
    const promotion = code ? readPromotionCode(world, code, 'discounts[0][promotion_code]', 400) : null
    const found = readCoupon(world, promotion?.promotion.coupon ?? coupon ?? '', 'discounts[0][coupon]', 400)
    if (!found.valid || promotion?.active === false)
      throw invalid('This coupon has expired or is not active.', 'discounts[0]', 'coupon_expired')
    return newDiscount(world, found, promotion?.id ?? null)
  })
}

export function withDiscounts(world: World, lines: LineItem[], discounts: Discount[]): LineItem[] {
  const off = reductions(
    world,
    discounts,
    lines.map((line) => line.amount_subtotal),
  )
  return lines.map((line, index) => ({ ...line, amount_discount: off[index]!, amount_total: line.amount_subtotal - off[index]! }))
}

function checkExpiry(at: number, expiresAt: number | undefined) {
  if (expiresAt === undefined) return
  if (expiresAt < at + SHORTEST - GRACE)
    throw invalid('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', 'expires_at')
  if (expiresAt > at + LONGEST + GRACE)
    throw invalid('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at')
}

function create(world: World, ask: CreateAsk): Session {
  const at = nowOf(world)
  const mode = ask.mode ?? 'payment'
  if (mode === 'setup') throw invalid('The sandbox does not offer setup mode.', 'mode')
  if (!ask.success_url) throw missingParam('success_url')
  if (!ask.line_items?.length) throw missingParam('line_items')
  if (ask.customer && ask.customer_email) throw invalid('You may only specify one of these parameters: customer, customer_email.')
  if (ask.customer) readCustomer(world, ask.customer, 'customer', 400)
  if (mode === 'payment' && ask.subscription_data)
    throw invalid('You can not pass `subscription_data` in `payment` mode.', 'subscription_data')
  if (mode === 'subscription' && ask.payment_intent_data)
    throw invalid('You can not pass `payment_intent_data` in `subscription` mode.', 'payment_intent_data')
  checkExpiry(at, ask.expires_at)
  const bare = ask.line_items.map((line, index) => lineOf(world, line, index))
  if (mode === 'subscription' && !bare.some((line) => line.price?.recurring))
    throw invalid('You must provide at least one recurring price in `subscription` mode when using prices.', 'line_items')
  if (mode === 'payment' && bare.some((line) => line.price?.recurring))
    throw invalid(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      'line_items',
    )
  const currencies = new Set(bare.map((line) => line.currency))
  if (currencies.size > 1) throw invalid('All prices of a Checkout Session must have the same currency.', 'line_items')
  const trial = ask.subscription_data?.trial_end ?? ask.subscription_data?.trial_period_days
  const discounts = discountsOf(world, ask)
  const lines = withDiscounts(world, bare, discounts)
  const due = trial === undefined ? lines : lines.map((line) => ({ ...line, amount_subtotal: 0, amount_discount: 0, amount_total: 0 }))
  const id = newId('cs_test_a1', 56)
  const types = (ask.allowed_payment_method_types ?? ['card']).filter((type) => !ask.excluded_payment_method_types?.includes(type))
  const session: Session = {
    ...blankSession(id, at),
    ...totalsOf(due),
    allow_promotion_codes: ask.allow_promotion_codes ?? null,
    allowed_payment_method_types: ask.allowed_payment_method_types ?? null,
    billing_address_collection: ask.billing_address_collection ?? null,
    cancel_url: ask.cancel_url ?? null,
    client_reference_id: ask.client_reference_id ?? null,
    currency: bare[0]!.currency,
    customer: ask.customer ?? null,
    customer_creation: ask.customer ? null : mode === 'subscription' ? 'always' : (ask.customer_creation ?? 'if_required'),
    customer_details: ask.customer_email || ask.customer ? contact(world, ask) : null,
    customer_email: ask.customer_email ?? null,
    discounts: discounts.map((one) => ({ coupon: one.promotion_code ? null : one.source.coupon, promotion_code: one.promotion_code })),
    ...(ask.excluded_payment_method_types ? { excluded_payment_method_types: ask.excluded_payment_method_types } : {}),
    expires_at: ask.expires_at ?? at + LONGEST,
    invoice_creation:
      mode === 'payment'
        ? {
            enabled: false,
            invoice_data: {
              account_tax_ids: null,
              custom_fields: null,
              description: null,
              footer: null,
              issuer: null,
              metadata: null,
              rendering_options: null,
            },
          }
        : null,
    locale: (ask.locale ?? null) as Session['locale'],
    metadata: mergeMetadata({}, ask.metadata),
    mode,
    payment_method_collection: ask.payment_method_collection ?? (mode === 'subscription' ? 'always' : 'if_required'),
    payment_method_options: types.includes('card') ? { card: { request_three_d_secure: 'automatic' } } : {},
    payment_method_types: types,
    submit_type: ask.submit_type ?? null,
    success_url: ask.success_url,
    url: `${world.settings.publicUrl}/pay/${id}`,
  }
  world.rows.sessions.set(id, session)
  world.rows.sessionPlans.set(id, {
    id,
    lines,
    subscriptionData: {
      metadata: mergeMetadata({}, ask.subscription_data?.metadata),
      description: ask.subscription_data?.description ?? null,
      trialPeriodDays: ask.subscription_data?.trial_period_days ?? null,
      trialEnd: ask.subscription_data?.trial_end ?? null,
    },
    intentData: {
      metadata: mergeMetadata({}, ask.payment_intent_data?.metadata),
      description: ask.payment_intent_data?.description ?? null,
    },
    discounts,
    paymentIntent: null,
    awaiting: null,
  })
  world.agenda.plan('session.expire', id, session.expires_at * 1000)
  return session
}

function contact(world: World, ask: CreateAsk): Session['customer_details'] {
  const customer = world.rows.customers.get(ask.customer ?? '')
  const email = ask.customer_email ?? customer?.email ?? null
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: customer?.name ?? null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  }
}

/** Ends an open session unpaid; nobody can pay it any more. */
export function expireSession(world: World, session: Session): Session {
  const expired: Session = { ...session, status: 'expired', url: null }
  world.rows.sessions.set(session.id, expired)
  world.agenda.drop('session.expire', session.id)
  emit(world, 'checkout.session.expired', expired)
  return expired
}

export const sessionRoutes = [
  route('POST', '/v1/checkout/sessions', createAsk, create),
  route('GET', '/v1/checkout/sessions/:id', params({}), (world, _ask, id) => readSession(world, id)),
  route('POST', '/v1/checkout/sessions/:id', params({ metadata: metadata.optional() }), (world, ask, id) => {
    const old = readSession(world, id)
    const session = { ...old, metadata: mergeMetadata(old.metadata ?? {}, ask.metadata) }
    world.rows.sessions.set(id, session)
    return session
  }),
  route('POST', '/v1/checkout/sessions/:id/expire', params({}), (world, _ask, id) => {
    const session = readSession(world, id)
    if (session.status !== 'open')
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      )
    return expireSession(world, session)
  }),
  route('GET', '/v1/checkout/sessions/:id/line_items', params(paging), (world, ask, id) => {
    readSession(world, id)
    const lines = world.rows.sessionPlans.get(id)?.lines ?? []
    return pageOf(lines.toReversed(), ask, `/v1/checkout/sessions/${id}/line_items`)
  }),
  route(
    'GET',
    '/v1/checkout/sessions',
    params({
      ...paging,
      created: range.optional(),
      customer: text.optional(),
      customer_details: z.strictObject({ email: text }).optional(),
      payment_intent: text.optional(),
      status: z.enum(['open', 'complete', 'expired']).optional(),
      subscription: text.optional(),
      ...unused('payment_link', 'customer_account'),
    }),
    (world, ask) => {
      const rows = world.rows.sessions
        .values()
        .filter((row) => ask.customer === undefined || row.customer === ask.customer)
        .filter((row) => ask.customer_details === undefined || row.customer_details?.email === ask.customer_details.email)
        .filter((row) => ask.payment_intent === undefined || row.payment_intent === ask.payment_intent)
        .filter((row) => ask.status === undefined || row.status === ask.status)
        .filter((row) => ask.subscription === undefined || row.subscription === ask.subscription)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/checkout/sessions')
    },
  ),
]
