import { expect, test } from 'vitest'
import type { Order } from './order.ts'
import { stepsOf, troubleOf } from './steps.ts'

const T0 = new Date('2026-03-01T12:00:00Z')
const DELIVERED: Order = {
  id: '11111111-2222-4333-8444-555555555555',
  userId: '21111111-2222-4333-8444-555555555555',
  planId: 'mc-4',
  term: 'monthly',
  regionId: 'fra',
  serverName: 'Castle',
  status: 'provisioned',
  nodeId: 1,
  pterodactylServerId: '7',
  pterodactylServerIdentifier: 'abc',
  amountCents: 1000,
  currency: 'usd',
  stripeSessionId: 'cs_1',
  stripeSubscriptionId: 'sub_1',
  stripeCustomerId: 'cus_1',
  eulaAcceptedAt: T0,
  suspendedAt: null,
  suspendedReason: null,
  failure: null,
  failureCount: 0,
  nextCheckAt: null,
  refundWanted: null,
  deleteWantedAt: null,
  firstRunningAt: null,
  deliveredAt: T0,
  canceledAt: null,
  moneySettledAt: null,
  changedByHand: null,
  ending: null,
  planChange: null,
  version: 1,
  createdAt: T0,
  recordedAt: T0,
  updatedAt: T0,
}
const CANCELED: Order = { ...DELIVERED, status: 'canceled', canceledAt: T0, suspendedAt: T0 }
const texts = (order: Order) => stepsOf(order, true).map((step) => `${step.id} ${step.state}: ${step.text}`)

test('a delivered order is done in all its steps', () =>
  expect(stepsOf(DELIVERED, true).map((step) => step.state)).toEqual(['done', 'done', 'done', 'done', 'done']))

test('a canceled order promises no play and no look into it', () => {
  expect(texts(CANCELED).slice(3)).toEqual(['install done: Installed.', 'ready trouble: This order is canceled.'])
  expect(texts({ ...CANCELED, deliveredAt: null, pterodactylServerId: null }).slice(2)).toEqual([
    'create trouble: Not any more.',
    'install waiting: Not any more.',
    'ready trouble: This order is canceled.',
  ])
})

test.each([
  [null, null, 'subscription is being ended.'],
  [null, 'asked', 'its payment given back'],
  [T0, null, 'its subscription has ended'],
  [T0, 'asked', 'payment is on the way back'],
])('a canceled order says of its money what Stripe has said, no more: settled %s, refund %s', (moneySettledAt, refundWanted, said) =>
  expect(troubleOf({ ...CANCELED, moneySettledAt, refundWanted }, 24)?.text).toContain(said),
)
