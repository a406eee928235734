import { expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { fulfil } from '../orders/index.ts'
import { reconcileCheckout } from './index.ts'

const shop = await sellingWorld()
const signal = new AbortController().signal
const MINUTE = 60_000

test('a paid session becomes one order: of this id, dated by Stripe, its place committed, its customer told', async () => {
  const by = await shop.customer()
  const { id, url } = await shop.open(by)
  expect(url).toContain('/pay/')
  expect(await shop.checkout(id)).toMatchObject({ state: 'open', amount_cents: 599 })
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  const order = await shop.row(id)
  expect(order).toMatchObject({ status: 'paid', user_id: by.id, node_id: 1, amount_cents: 599, failure: null })
  expect(order?.stripe_subscription_id).toMatch(/^sub_/)
  expect(Math.abs(order!.created_at.getTime() - shop.now().getTime())).toBeLessThan(5_000)
  expect(await shop.checkout(id)).toMatchObject({ state: 'paid', next_check_at: null })
  expect(await shop.reservations()).toMatchObject([{ id, state: 'committed', ram_mb: 2048 }])
  const mails = await shop.db.q.selectFrom('messages').select('template').where('user_id', '=', by.id).execute()
  expect(mails).toEqual([{ template: 'order_confirmed' }])
  expect(shop.db.wakes).toContainEqual({ topic: 'orders.changed', key: id })
  const payments = await shop.db.q.selectFrom('payments').selectAll().where('order_id', '=', id).execute()
  expect(payments).toMatchObject([{ amount_cents: 599, refunded_cents: 0 }])
  const subscriptions = await shop.db.q.selectFrom('subscriptions').selectAll().where('order_id', '=', id).execute()
  expect(subscriptions).toMatchObject([{ status: 'active' }])
})

test('webhooks doubled, late and reordered make the same one order', async () => {
  shop.faults.add({ system: 'stripe', kind: 'webhook_twice' })
  shop.faults.add({ system: 'stripe', kind: 'webhook_reordered', ms: 1_000 })
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.advance(5_000)
  shop.faults.clear()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  const events = await shop.db.q.selectFrom('order_events').select('title').where('order_id', '=', id).where('kind', '=', 'state').execute()
  expect(events).toEqual([{ title: 'Payment received' }])
})

test('without any webhook, the buyer coming back is enough', async () => {
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  expect(await shop.row(id)).toBeUndefined()
  expect(await reconcileCheckout(shop.world, id, signal)).toEqual({ kind: 'settled', lookAgainMs: null })
  shop.faults.clear()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test('a declined card leaves the page open; the next card pays', async () => {
  const { id } = await shop.open(await shop.customer())
  const session = await shop.sessionId(id)
  expect(shop.sandbox.pay(session, '4000000000000002').outcome).toBe('declined')
  await shop.settle()
  expect(await shop.row(id)).toBeUndefined()
  expect(await shop.checkout(id)).toMatchObject({ state: 'open' })
  expect(shop.sandbox.pay(session).outcome).toBe('paid')
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test('two who fulfil at once make one order', async () => {
  await shop.freeAll()
  const { id } = await shop.open(await shop.customer())
  const sessionId = await shop.sessionId(id)
  const paid = {
    checkoutId: id,
    sessionId,
    subscriptionId: 'sub_x',
    customerId: null,
    paidAt: shop.now(),
    amountCents: 599,
    currency: 'usd',
  }
  const answers = await Promise.all([fulfil(shop.world, paid), fulfil(shop.world, paid), fulfil(shop.world, paid)])
  expect(answers.sort()).toEqual(['already', 'already', 'made'])
})

test('an unpaid session ends when Stripe says so, and only then its place is free', async () => {
  await shop.freeAll()
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  const { id } = await shop.open(await shop.customer())
  await shop.advance(40 * MINUTE)
  expect(await shop.checkout(id)).toMatchObject({ state: 'open' })
  expect(await shop.reservations()).toHaveLength(1)
  await reconcileCheckout(shop.world, id, signal)
  shop.faults.clear()
  expect(await shop.checkout(id)).toMatchObject({ state: 'expired' })
  expect(await shop.reservations()).toEqual([])
})

test('while Stripe cannot be asked, an overdue hold stays', async () => {
  const { id } = await shop.open(await shop.customer())
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  await shop.advance(40 * MINUTE)
  shop.faults.add({ system: 'stripe', kind: 'down' })
  expect(await reconcileCheckout(shop.world, id, signal)).toMatchObject({ kind: 'retry', failure: { code: 'stripe.unreachable' } })
  expect(await shop.reservations()).toHaveLength(1)
  shop.faults.clear()
  await reconcileCheckout(shop.world, id, signal)
  expect(await shop.reservations()).toEqual([])
})

test('a bank debit holds its place until the bank has answered: yes', async () => {
  const { id } = await shop.open(await shop.customer())
  const session = await shop.sessionId(id)
  shop.sandbox.payByBank(session)
  await shop.advance(60 * MINUTE)
  expect(await shop.checkout(id)).toMatchObject({ state: 'paying' })
  expect(await shop.row(id)).toBeUndefined()
  expect(await shop.reservations()).toMatchObject([{ state: 'held' }])
  shop.sandbox.settleBankDebit(session, 'succeed')
  await shop.settle()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  expect(await shop.reservations()).toMatchObject([{ state: 'committed' }])
})

test.each(['by its event', 'found by looking'])(
  'a bank debit that is refused frees the place and ends the subscription, %s',
  async (how) => {
    await shop.freeAll()
    if (how === 'found by looking') shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
    const { id } = await shop.open(await shop.customer())
    const session = await shop.sessionId(id)
    shop.sandbox.payByBank(session)
    await shop.settle()
    shop.sandbox.settleBankDebit(session, 'fail')
    await shop.settle()
    if (how === 'found by looking') await reconcileCheckout(shop.world, id, signal)
    shop.faults.clear()
    expect(await shop.checkout(id)).toMatchObject({ state: 'expired' })
    expect(await shop.reservations()).toEqual([])
    const subscription = (await shop.stripe.session({}, session))?.subscriptionId
    expect(await shop.stripe.subscription({}, subscription ?? '')).toMatchObject({ status: 'canceled' })
  },
)

test('payment after the hold is gone finds a new place, or waits for room and says so', async () => {
  await shop.freeAll()
  const gone = async () => {
    const { id } = await shop.open(await shop.customer())
    await shop.freeAll()
    await shop.db.byHand(`update checkouts set state = 'expired' where id = '${id}'`)
    return id
  }
  const lucky = await gone()
  shop.sandbox.pay(await shop.sessionId(lucky))
  await shop.settle()
  expect(await shop.row(lucky)).toMatchObject({ status: 'paid', node_id: 1, failure: null })

  const late = await gone()
  await shop.db.byHand('update ptero_nodes set enabled = false')
  shop.sandbox.pay(await shop.sessionId(late))
  await shop.settle()
  await shop.db.byHand('update ptero_nodes set enabled = true')
  expect(await shop.row(late)).toMatchObject({
    status: 'paid',
    node_id: null,
    failure: { code: 'fleet.no_capacity', kind: 'full', next: expect.stringContaining('Enable or add a node') },
  })
  expect(await shop.findings()).toContain('orders.paid_without_room')
  const mails = await shop.db.q.selectFrom('messages').select('template').where('dedupe_key', 'like', `order:${late}:%`).execute()
  expect(mails.map((mail) => mail.template).sort()).toEqual(['capacity_wait', 'order_confirmed'])
})
