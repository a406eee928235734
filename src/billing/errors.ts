import { Failure } from '../kit/failure.ts'
import { formatMoney } from '../kit/money.ts'
import type { EndRefusal } from './end-plan.ts'

/** Somebody added to a subscription of ours in the dashboard: which of its prices is the plan's is not ours to guess. */
export const severalItems = (subscriptionId: string, items: number) =>
  new Failure({
    code: 'billing.several_items',
    kind: 'conflict',
    say: `The subscription ${subscriptionId} has ${items} items, not one.`,
    next: 'Set the price of the new plan on the right item in Stripe’s dashboard, and remove what is not the plan’s.',
    facts: { subscriptionId, items },
  })

/** Asked just now, Stripe does not bear out what the repair needs. */
export const notRepairable = (say: string) =>
  new Failure({
    code: 'billing.not_repairable',
    kind: 'conflict',
    say,
    next: "Look at it in Stripe's dashboard and settle it there, then resolve this finding.",
  })

export const noSuchOrder = () =>
  new Failure({ code: 'orders.unknown', kind: 'missing', say: 'There is no such order.', next: 'Check the order id.' })

export function refusedEnd(refusal: EndRefusal): Failure {
  if (refusal.why === 'too_much')
    return new Failure({
      code: 'billing.refund_too_much',
      kind: 'conflict',
      field: 'refund.cents',
      say: `Stripe has ${formatMoney(refusal.leftCents, refusal.currency)} of this order left to give back, less than that.`,
      next: 'Ask for at most so much. Nothing was done.',
    })
  return new Failure({
    code: `billing.${refusal.why}`,
    kind: 'conflict',
    field: 'when',
    say:
      refusal.why === 'not_delivered'
        ? 'The server of this order is not delivered yet, so there is no period to end with.'
        : 'Stripe has not named a subscription of this order yet.',
    next: 'End it now instead.',
  })
}

export const overLimit = (limitCents: number, todayCents: number) =>
  new Failure({
    code: 'billing.refund_over_limit',
    kind: 'denied',
    say: `An operator gives back at most ${(limitCents / 100).toFixed(2)} of one order within a day; ${(todayCents / 100).toFixed(2)} of it is used.`,
    next: 'Ask an administrator to do it, or end the order without a refund. Nothing was done.',
  })

export const nothingToUndo = (say: string) =>
  new Failure({ code: 'billing.nothing_to_undo', kind: 'conflict', say, next: 'Look at the order as it is now.' })

export const noMoneyBack = (say: string) =>
  new Failure({ code: 'billing.no_money_back', kind: 'conflict', say, next: 'Write to our support: a person looks at it.' })
