import type { Topics } from '../../loop/index.ts'

const SOON_MS = 250

/** Topic → the queues it wakes. Rooms know topics only; this is the one place that knows who listens. */
export const TOPICS: Topics = {
  // The server first: money and mails follow when the next poll comes, out of its way.
  'orders.changed': ['servers', { queue: 'order_money', afterMs: SOON_MS }],
  'checkouts.changed': ['checkouts'],
  'messages.due': [{ queue: 'messages', afterMs: SOON_MS }],
  'fleet.capacity': ['capacity'],
}
