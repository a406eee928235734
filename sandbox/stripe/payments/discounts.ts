import { newId } from '../wire/ids.ts'
import type { Coupon, Discount } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { addIntervals } from './periods.ts'

export function newDiscount(world: World, coupon: Coupon, promotionCode: string | null): Discount {
  const start = nowOf(world)
  const months = {
    interval: 'month' as const,
    interval_count: coupon.duration_in_months ?? 1,
    meter: null,
    trial_period_days: null,
    usage_type: 'licensed' as const,
  }
  return {
    id: newId('di_1'),
    object: 'discount',
    checkout_session: null,
    customer: null,
    customer_account: null,
    end: coupon.duration === 'repeating' ? addIntervals(start, months, 1) : null,
    invoice: null,
    invoice_item: null,
    promotion_code: promotionCode,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: null,
    subscription_item: null,
  }
}

/** What each amount is reduced by. A fixed sum is taken from the first amounts until it is used up. */
export function reductions(world: World, discounts: Discount[], amounts: number[]): number[] {
  const off = amounts.map(() => 0)
  for (const discount of discounts) {
    const coupon = discount.source.coupon ? world.rows.coupons.get(discount.source.coupon) : undefined
    let fixed = coupon?.amount_off ?? 0
    amounts.forEach((amount, index) => {
      const left = Math.max(0, amount - off[index]!)
      const cut = coupon?.percent_off ? Math.round((left * coupon.percent_off) / 100) : Math.min(left, fixed)
      if (!coupon?.percent_off) fixed -= cut
      off[index] = off[index]! + cut
    })
  }
  return off
}
