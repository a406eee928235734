import { type Kind, RETRY_OR_REFUND } from './kind.ts'

/** Kinds of findings about checkouts, orders and their money. */
export const ORDER_KINDS = {
  'billing.dispute': {
    severity: 'critical',
    means: 'The customer disputes a payment at the bank.',
    itself: 'Nothing is done to the server on a suspicion.',
    person: 'Answer it in Stripe’s dashboard before its date; cancel the order if it is lost.',
    ways: { cancel: 'Ends the order: its subscription now, its server suspended. No refund: the bank has taken the money.' },
  },
  'billing.event_stuck': {
    severity: 'critical',
    means: 'An event of Stripe’s could not be handled, eight times or more.',
    itself: 'Tried again for ever, every ten minutes at most; the others pass it by. Closed when it goes through.',
    person: 'Mend what the error names.',
    ways: { retry: 'Tries it again at once.' },
  },
  'billing.price_differs': {
    severity: 'warning',
    means: 'Stripe charges another price than that of the plan which an order was changed to.',
    itself: 'Nothing: it may be on purpose. Closed when Stripe charges that price, or the subscription ends.',
    person: 'Set the price in Stripe’s dashboard, or change the plan of the order; if it is on purpose, resolve this.',
  },
  'billing.price_stuck': {
    severity: 'critical',
    means: 'Stripe does not let us bring a subscription to the price of its order’s new plan.',
    itself: 'The customer has the new plan and pays the old price. Looked at again every minute; closed when it went through.',
    person: 'Mend what Stripe names; or set the price in its dashboard, which is taken in.',
    ways: { retry: 'Asks Stripe what the subscription has, and sets the price.' },
  },
  'billing.refund_failed': {
    severity: 'critical',
    means: 'A refund did not reach the customer.',
    itself: 'Nothing: Stripe says why in its dashboard.',
    person: 'Try again, or arrange it with the customer another way and resolve.',
    ways: { retry: 'Asks Stripe what is left to give back, and gives it back under a new key.' },
  },
  'billing.refund_refused': {
    severity: 'critical',
    means: 'A refund that staff asked for did not go through: Stripe has less left than that, or refused it.',
    itself: 'Nothing: somebody may have given the same money back in Stripe’s dashboard. Closed when it is given back after all.',
    person: 'Look at the payment at Stripe; retry, or resolve.',
    ways: { retry: 'Asks Stripe what is left, and gives back what was asked for if it is there.' },
  },
  'billing.renewal_unpaid': {
    severity: 'warning',
    means: 'A renewal could not be charged.',
    itself:
      'The customer has a link to pay, and Stripe tries again; after PAYMENT_GRACE_DAYS the server is stopped. Closed when it is paid, or the order is over.',
    person: 'Speak with the customer if it matters.',
  },
  'billing.refund_stuck': {
    severity: 'critical',
    means: 'Stripe does not let us end or refund an order, or not all of the money went back.',
    itself: 'Tried again every minute while Stripe does not answer. Closed when the money is back.',
    person: 'Mend what Stripe names, then retry; or refund in its dashboard and retry, which takes that in.',
    ways: { retry: 'Asks Stripe what is left to end and to give back, and does it.' },
  },
  'billing.session_gone': {
    severity: 'warning',
    means: 'Stripe does not know the payment page of an open checkout, so its place stays held.',
    itself: 'Asked again every hour. Closed when Stripe knows it.',
    person: 'Check that STRIPE_SECRET_KEY is of the account that opened it. If it is: end the checkout.',
    ways: { expire: 'Asks for all of the customer’s pages; where none is of this checkout, ends it and frees its place.' },
  },
  'billing.subscription_ended': {
    severity: 'warning',
    means: 'The subscription of a live order was ended in Stripe’s dashboard, without our asking.',
    itself:
      'The order is canceled, its server suspended and deleted after 7 days, the customer told. Closed when the server is gone, or kept.',
    person: 'Nothing, if it was meant. Else keep the server, and sell the customer a new one.',
    ways: { keep: 'The server is not deleted; it stays suspended. A subscription that is over cannot be resumed.' },
  },
  'billing.unknown_checkout': {
    severity: 'critical',
    means:
      'Stripe has a paid session of this shop whose checkout we do not have: a backup was restored, or two databases share an account.',
    itself: 'Nothing is made or refunded on a guess. Closed when the order is there.',
    person: 'Make the order again, or give the money back.',
    ways: {
      recreate:
        'Makes checkout and order anew from what Stripe keeps with the session; a server that stands for it on the panel is taken over.',
      refund: 'Ends its subscription and gives every payment of it back.',
    },
  },
  'orders.amount_differs': {
    severity: 'critical',
    means: 'Another amount was paid than was asked.',
    itself: 'More: delivered. Less: the order stands in `error` with its place held, and is refunded when its time is up.',
    person: 'Less: deliver it for this money, or refund. More: look at tax and price at Stripe, then resolve.',
    ways: { deliver: 'Retries the order, which delivers it for the money that came.', refund: RETRY_OR_REFUND.refund },
  },
  'orders.delete_server': {
    severity: 'warning',
    means: 'An order was canceled in SQL, and its server stands suspended.',
    itself: 'It stays suspended and keeps its place. Closed when it is gone.',
    person: 'Ask the customer. Deleting is final; resolve to keep it.',
    ways: { delete: 'Deletes the server on the panel and frees its place.' },
  },
  'orders.late': {
    severity: 'critical',
    means: 'Paid, and no server within the minutes that the plan promises.',
    itself: 'Tried on; refunded after the plan’s hours. Closed on delivery or cancellation.',
    person: 'Do what its remedy says.',
    ways: RETRY_OR_REFUND,
  },
  'orders.paid_without_room': {
    severity: 'critical',
    means: 'Paid after its hold was gone, and the region has no room.',
    itself: 'Goes on when room comes free; refunded when its time is up.',
    person: 'Enable or add a node, or add allocations.',
    ways: RETRY_OR_REFUND,
  },
  'orders.payment_page_refused': {
    severity: 'critical',
    means: 'Stripe refuses to open payment pages for a plan: it cannot be sold.',
    itself: 'The checkout ends and its place is free.',
    person: 'Publish the prices again; check that the price is of the account of STRIPE_SECRET_KEY.',
    ways: { publish: 'Publishes all prices again.' },
  },
  'orders.refund_payment': {
    severity: 'warning',
    means: 'An order was canceled in SQL: its subscription ends without proration.',
    itself: 'No money goes back. Closed when it does.',
    person: 'Shall the payment go back? Resolve if not.',
    ways: { refund: 'Gives every payment of the order back.' },
  },
  'orders.second_payment': {
    severity: 'critical',
    means: 'Two payment pages of one order were paid.',
    itself: 'The second subscription is ended and refunded, and this closed.',
    person: 'Only if it stays open.',
    ways: { retry: 'Ends and refunds the second one again, as far as that is not done.' },
  },
  'orders.status_changed_by_hand': {
    severity: 'warning',
    means: 'Somebody set a status in SQL that is not true of the order.',
    itself: 'Put back, and verified against the panel; closed when that is done.',
    person: '',
  },
  'orders.undeliverable': {
    severity: 'warning',
    means: 'An order was given up and refunded: no server within its plan’s hours.',
    itself: 'The money is on its way, the customer told, what stood of it deleted.',
    person: 'Find out why, then resolve.',
  },
} as const satisfies Record<string, Kind>
