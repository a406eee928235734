import type { OrderView } from '../../../src/orders/contract.ts'

export const ORDER_PAGE_STATES = [
  'opening',
  'unpaid',
  'confirming',
  'bank',
  'expired',
  'building',
  'delayed',
  'stuck',
  'ready',
  'suspended',
  'canceled',
] as const
export type OrderPageState = (typeof ORDER_PAGE_STATES)[number]

/** What the reader is in the midst of. `cameBackPaid`: the pay page sent them here, and Stripe's own word is still under way. */
export function orderState(order: OrderView, cameBackPaid = false): OrderPageState {
  if (order.stage === 'checkout') {
    if (order.checkoutState === 'expired') return 'expired'
    if (order.checkoutState === 'paying') return 'bank'
    if (order.checkoutState === 'paid' || cameBackPaid) return 'confirming'
    return order.checkoutState === 'open' ? 'unpaid' : 'opening'
  }
  if (order.status === 'canceled') return 'canceled'
  if (order.suspended) return 'suspended'
  if (order.status === 'provisioned' || order.status === 'active') return 'ready'
  if (order.status === 'error') return 'stuck'
  return order.trouble ? 'delayed' : 'building'
}

type Words = { badge: string; color: 'emerald' | 'yellow' | 'red' | 'gray' | 'blue'; lead: string }

export const ORDER_WORDS: Record<OrderPageState, Words> = {
  opening: { badge: 'Opening', color: 'blue', lead: 'Your checkout is being opened. This page goes on by itself.' },
  unpaid: { badge: 'Not paid yet', color: 'yellow', lead: 'Its place is held for you. Nothing has been charged.' },
  confirming: {
    badge: 'Confirming payment',
    color: 'blue',
    lead: 'You are back from the pay page. We are waiting for Stripe to confirm; this page goes on by itself.',
  },
  bank: {
    badge: 'Waiting for your bank',
    color: 'blue',
    lead: 'Your way of paying takes time to confirm, sometimes days. The place stays held; you may close this page.',
  },
  expired: {
    badge: 'Ended unpaid',
    color: 'gray',
    lead: 'This checkout ended without a payment, and its place is free again. Nothing was charged.',
  },
  building: {
    badge: 'Being built',
    color: 'blue',
    lead: 'This page follows along by itself. You may close it: the work goes on without you.',
  },
  delayed: { badge: 'Delayed', color: 'yellow', lead: 'Something is in the way. You may close this page: the work goes on without you.' },
  stuck: {
    badge: 'Being mended',
    color: 'red',
    lead: 'Something is in the way, and our operators mend it by hand. Your payment and your order are recorded.',
  },
  ready: { badge: 'Ready', color: 'emerald', lead: 'Your server is installed.' },
  suspended: { badge: 'Suspended', color: 'yellow', lead: 'The server is stopped. Its files are still there.' },
  canceled: { badge: 'Ended', color: 'gray', lead: 'This order has ended.' },
}
