import { expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { SECOND } from '../kit/time.ts'
import { drainInbox } from './index.ts'
import { claimEvents } from './store/inbox.ts'

const shop = await sellingWorld()

async function paidAndHeard(): Promise<string> {
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  const due = () => shop.db.q.selectFrom('stripe_events').select('type').where('processed_at', 'is', null).execute()
  await expect.poll(async () => (await due()).map((event) => event.type)).toContain('checkout.session.completed')
  return id
}

test('what a killed process had taken is done by another within seconds', async () => {
  const id = await paidAndHeard()
  const now = shop.now()
  const taken = await claimEvents(shop.db.q, { now, leaseUntil: new Date(now.getTime() + 12 * SECOND), limit: 50 })
  expect(taken.length).toBeGreaterThan(0)
  await drainInbox(shop.world, 50)
  expect(await shop.row(id)).toBeUndefined()
  await shop.clock.advance(15 * SECOND)
  await drainInbox(shop.world, 50)
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test('what a slow process is still at stays its own', async () => {
  await paidAndHeard()
  const leases = async () =>
    (await shop.db.q.selectFrom('stripe_events').select('next_attempt_at').where('processed_at', 'is', null).execute()).map((row) =>
      row.next_attempt_at.getTime(),
    )
  const answer = Promise.withResolvers<void>()
  const session: typeof shop.stripe.session = async (...asked) => {
    await answer.promise
    return shop.stripe.session(...asked)
  }
  const slow = drainInbox({ ...shop.world, stripe: { ...shop.stripe, session } }, 50)
  await expect.poll(async () => (await leases()).length).toBeGreaterThan(0)
  const first = Math.max(...(await leases()))
  await expect.poll(async () => Math.max(...(await leases())), { timeout: 10_000 }).toBeGreaterThan(first)
  answer.resolve()
  await slow
  expect(await leases()).toEqual([])
}, 20_000)
