import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ORDER_STATUSES } from './contract.ts'
import { handChangeMeans, mayBecome, movesUpdatedAt, NEXT, retryRefusal, sessionMeans } from './rules.ts'

const status = fc.constantFrom(...ORDER_STATUSES)
const delivered = fc.option(fc.date({ noInvalidDate: true }), { nil: null })

test('canceled is the end', () => {
  expect(NEXT.canceled).toEqual([])
  fc.assert(fc.property(delivered, status, (deliveredAt, to) => !mayBecome({ status: 'canceled', deliveredAt }, to)))
})

test('a delivered order never waits for a server again, whatever steps it takes', () => {
  const path = fc.array(status, { maxLength: 20 })
  fc.assert(
    fc.property(path, (steps) => {
      let order: { status: (typeof ORDER_STATUSES)[number]; deliveredAt: Date | null } = { status: 'paid', deliveredAt: null }
      let wasDelivered = false
      for (const to of steps) {
        if (!mayBecome(order, to)) continue
        if (wasDelivered) expect(['provisioned', 'active', 'error', 'canceled']).toContain(to)
        wasDelivered ||= to === 'provisioned'
        order = { status: to, deliveredAt: wasDelivered ? (order.deliveredAt ?? new Date()) : null }
      }
    }),
  )
})

test('every status but the last can be left, and cancel is always possible', () => {
  for (const from of ORDER_STATUSES) if (from !== 'canceled') expect(NEXT[from]).toContain('canceled')
})

test('updated_at tells when a status was reached, and 24 hours of age are no news', () => {
  fc.assert(
    fc.property(status, status, (from, to) => {
      expect(movesUpdatedAt(from, to)).toBe(from !== to && !(from === 'provisioned' && to === 'active'))
    }),
  )
})

test('by hand: nothing brings a canceled order back, nothing delivers twice', () => {
  fc.assert(
    fc.property(status, status, delivered, delivered, (from, to, deliveredAt, canceledAt) => {
      const means = handChangeMeans({ status: to, deliveredAt, canceledAt, refundWanted: null }, { from })
      if (means === 'retry') expect([deliveredAt, canceledAt]).toEqual([null, null])
      if (canceledAt !== null) expect(means).toBe(to === 'canceled' && from !== 'canceled' ? 'over' : 'restore')
      if (to === 'canceled' && canceledAt === null) expect(means).toBe('cancel')
    }),
  )
})

test('retry is refused exactly where nothing is to be done', () => {
  fc.assert(
    fc.property(status, delivered, (now, deliveredAt) => {
      expect(retryRefusal({ status: now, deliveredAt }) === null).toBe(now !== 'canceled' && deliveredAt === null)
    }),
  )
})

test.each([
  ['open', 'unpaid', 'wait'],
  ['open', 'no_payment_required', 'wait'],
  ['complete', 'unpaid', 'paying'],
  ['complete', 'paid', 'fulfil'],
  ['complete', 'no_payment_required', 'fulfil'],
  ['expired', 'unpaid', 'expire'],
] as const)('a session %s and %s means %s', (state, paymentStatus, means) => {
  expect(sessionMeans({ status: state, paymentStatus })).toBe(means)
})
