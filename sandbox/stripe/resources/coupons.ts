import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { inRange, mergeMetadata, metadata, paging, params, range, text, unused, whole } from '../wire/params.ts'
import { invalid, missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Coupon } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function readCoupon(world: World, id: string, param = 'id', status = 404): Coupon {
  const found = world.rows.coupons.get(id)
  if (!found) throw noSuch('coupon', id, param, status)
  const spent = found.max_redemptions !== null && found.times_redeemed >= found.max_redemptions
  const late = found.redeem_by !== null && found.redeem_by <= nowOf(world)
  return { ...found, valid: !spent && !late }
}

export const couponRoutes = [
  route(
    'POST',
    '/v1/coupons',
    params({
      id: text.optional(),
      amount_off: whole.optional(),
      percent_off: z.coerce.number().gt(0).max(100).optional(),
      currency: text.optional(),
      duration: z.enum(['forever', 'once', 'repeating']).optional(),
      duration_in_months: whole.optional(),
      max_redemptions: whole.optional(),
      metadata: metadata.optional(),
      name: text.max(40).optional(),
      redeem_by: whole.optional(),
      ...unused('applies_to', 'currency_options'),
    }),
    (world, ask) => {
      if ((ask.amount_off === undefined) === (ask.percent_off === undefined))
        throw invalid('You must pass exactly one of `amount_off` or `percent_off`.', 'percent_off')
      if (ask.amount_off !== undefined && !ask.currency) throw missingParam('currency')
      if (ask.duration === 'repeating' && !ask.duration_in_months) throw missingParam('duration_in_months')
      const id = ask.id ?? newId('', 8)
      if (world.rows.coupons.get(id)) throw invalid('Coupon already exists.', 'id', 'resource_already_exists')
      const coupon: Coupon = {
        id,
        object: 'coupon',
        amount_off: ask.amount_off ?? null,
        created: nowOf(world),
        currency: ask.currency?.toLowerCase() ?? null,
        duration: ask.duration ?? 'once',
        duration_in_months: ask.duration_in_months ?? null,
        livemode: false,
        max_redemptions: ask.max_redemptions ?? null,
        metadata: mergeMetadata({}, ask.metadata),
        name: ask.name ?? null,
        percent_off: ask.percent_off ?? null,
        redeem_by: ask.redeem_by ?? null,
        times_redeemed: 0,
        valid: true,
      }
      world.rows.coupons.set(id, coupon)
      emit(world, 'coupon.created', coupon)
      return coupon
    },
  ),
  route('GET', '/v1/coupons/:id', params({}), (world, _ask, id) => readCoupon(world, id)),
  route('DELETE', '/v1/coupons/:id', params({}), (world, _ask, id) => {
    const coupon = readCoupon(world, id)
    world.rows.coupons.delete(id)
    emit(world, 'coupon.deleted', coupon)
    return { id, object: 'coupon', deleted: true }
  }),
  route('GET', '/v1/coupons', params({ ...paging, created: range.optional() }), (world, ask) =>
    pageOf(
      world.rows.coupons.values().filter((row) => inRange(row.created, ask.created)),
      ask,
      '/v1/coupons',
    ),
  ),
]
