import { Failure } from '../kit/failure.ts'

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
