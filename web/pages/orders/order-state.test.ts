import { expect, test } from 'vitest'
import type { OrderView } from '../../../src/orders/contract.ts'
import { ORDER_PAGE_STATES, ORDER_WORDS, type OrderPageState, orderState } from './order-state.ts'

const trouble = { title: '', text: '', nextCheckAt: null }
const checkout = (checkoutState: OrderView['checkoutState']): Partial<OrderView> => ({ stage: 'checkout', checkoutState, status: null })
const order = (status: OrderView['status'], rest: Partial<OrderView> = {}): Partial<OrderView> => ({
  stage: 'order',
  checkoutState: null,
  status,
  ...rest,
})

test.each<[Partial<OrderView>, boolean, OrderPageState]>([
  [checkout('opening'), false, 'opening'],
  [checkout('open'), false, 'unpaid'],
  [checkout('open'), true, 'confirming'],
  [checkout('paying'), true, 'bank'],
  [checkout('paid'), false, 'confirming'],
  [checkout('expired'), true, 'expired'],
  [order('paid'), false, 'building'],
  [order('installing'), false, 'building'],
  [order('paid', { trouble }), false, 'delayed'],
  [order('error', { trouble }), false, 'stuck'],
  [order('provisioned'), false, 'ready'],
  [order('active', { suspended: true }), false, 'suspended'],
  [order('canceled', { suspended: true, trouble }), false, 'canceled'],
])('%j, back from the pay page: %s, is %s', (view, cameBack, state) => {
  const whole = { suspended: false, trouble: null, ...view } as OrderView
  expect(orderState(whole, cameBack)).toBe(state)
})

test('every state has its words', () => {
  expect(Object.keys(ORDER_WORDS).sort()).toEqual([...ORDER_PAGE_STATES].sort())
})
