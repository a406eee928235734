import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId, randomLetters } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { flag, mergeMetadata, metadata, paging, params, text, unused, whole } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { PromotionCode } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { readCoupon } from './coupons.ts'

export function readPromotionCode(world: World, id: string, param = 'id', status = 404): PromotionCode {
  const found = world.rows.promotionCodes.get(id)
  if (!found) throw noSuch('promotion code', id, param, status)
  return found
}

/** The code a person typed, if it can be used now. */
export const usableCode = (world: World, typed: string): PromotionCode | null => {
  const found = world.rows.promotionCodes.values().find((row) => row.active && row.code.toLowerCase() === typed.trim().toLowerCase())
  if (!found) return null
  const spent = found.max_redemptions !== null && found.times_redeemed >= found.max_redemptions
  const late = found.expires_at !== null && found.expires_at <= nowOf(world)
  return spent || late || !found.promotion.coupon || !world.rows.coupons.get(found.promotion.coupon) ? null : found
}

export const promotionCodeRoutes = [
  route(
    'POST',
    '/v1/promotion_codes',
    params({
      promotion: z.strictObject({ type: z.literal('coupon'), coupon: text }),
      active: flag.optional(),
      code: text.optional(),
      customer: text.optional(),
      expires_at: whole.optional(),
      max_redemptions: whole.optional(),
      metadata: metadata.optional(),
      ...unused('restrictions'),
    }),
    (world, ask) => {
      const code = ask.code ?? randomLetters(8).toUpperCase()
      if (world.rows.promotionCodes.values().some((row) => row.active && row.code.toLowerCase() === code.toLowerCase()))
        throw invalid('An active promotion code with this code already exists.', 'code')
      const promotionCode: PromotionCode = {
        id: newId('promo_1'),
        object: 'promotion_code',
        active: ask.active ?? true,
        code,
        created: nowOf(world),
        customer: ask.customer ?? null,
        customer_account: null,
        expires_at: ask.expires_at ?? null,
        livemode: false,
        max_redemptions: ask.max_redemptions ?? null,
        metadata: mergeMetadata({}, ask.metadata),
        promotion: { coupon: readCoupon(world, ask.promotion.coupon, 'promotion[coupon]', 400).id, type: 'coupon' },
        restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
        times_redeemed: 0,
      }
      world.rows.promotionCodes.set(promotionCode.id, promotionCode)
      emit(world, 'promotion_code.created', promotionCode)
      return promotionCode
    },
  ),
  route('GET', '/v1/promotion_codes/:id', params({}), (world, _ask, id) => readPromotionCode(world, id)),
  route(
    'POST',
    '/v1/promotion_codes/:id',
    params({ active: flag.optional(), metadata: metadata.optional(), ...unused('restrictions') }),
    (world, ask, id) => {
      const old = readPromotionCode(world, id)
      const code = { ...old, active: ask.active ?? old.active, metadata: mergeMetadata(old.metadata ?? {}, ask.metadata) }
      world.rows.promotionCodes.set(id, code)
      emit(world, 'promotion_code.updated', code, { active: old.active })
      return code
    },
  ),
  route(
    'GET',
    '/v1/promotion_codes',
    params({
      ...paging,
      active: flag.optional(),
      code: text.optional(),
      coupon: text.optional(),
      customer: text.optional(),
      ...unused('created'),
    }),
    (world, ask) => {
      const rows = world.rows.promotionCodes
        .values()
        .filter((row) => ask.active === undefined || row.active === ask.active)
        .filter((row) => ask.code === undefined || row.code.toLowerCase() === ask.code.toLowerCase())
        .filter((row) => ask.coupon === undefined || row.promotion.coupon === ask.coupon)
        .filter((row) => ask.customer === undefined || row.customer === ask.customer)
      return pageOf(rows, ask, '/v1/promotion_codes')
    },
  ),
]
