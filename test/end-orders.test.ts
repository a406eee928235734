import { afterAll, beforeEach, expect, test } from 'vitest'
import { type EndAsk, endOrder, undoEnd } from '../src/billing/index.ts'
import type { Actor } from '../src/kit/actor.ts'
import { DAY, HOUR } from '../src/kit/time.ts'
import { wholeShop } from './kit/whole-shop.ts'

const shop = await wholeShop()
const BY: Actor = { kind: 'user', id: 'the-admin', role: 'admin' }
const PRICE = 1000
const PART = 250
const WAYS = ['once', 'twice', 'panel down', 'Stripe down when asked', 'Stripe down after', 'in Stripe’s dashboard'] as const
type Way = (typeof WAYS)[number]

const CASES: EndAsk[] = (['now', 'period_end'] as const).flatMap((when) =>
  [{ kind: 'none' } as const, { kind: 'part', cents: PART } as const, { kind: 'full' } as const].flatMap((refund) =>
    [{ kind: 'now' } as const, { kind: 'later', days: 7 } as const, { kind: 'keep' } as const].map((server) => ({ when, refund, server })),
  ),
)
const nameOf = ({ when, refund, server }: EndAsk) => [when.replace('_', ' '), refund.kind, server.kind]
const table = new Map<string, string[]>(CASES.map((one) => [nameOf(one).join('|'), []]))

const end = (orderId: string, ask: EndAsk, dryRun = false) =>
  endOrder(shop.world, { ...ask, by: BY, orderId, reason: 'Customer asked', dryRun, limitCents: 0 })

async function inDashboard(orderId: string, ask: EndAsk): Promise<void> {
  const id = (await shop.order(orderId)).stripeSubscriptionId ?? ''
  if (ask.refund.kind !== 'none') {
    const [payment] = await shop.stripe.paymentsOf({}, { subscriptionId: id })
    const amountCents = ask.refund.kind === 'part' ? PART : PRICE
    const refund = { paymentIntentId: payment?.paymentIntentId ?? '', amountCents, reason: 'by hand', orderId, key: `hand:${orderId}` }
    await shop.stripe.refund({}, refund)
  }
  if (ask.when === 'now') await shop.stripe.cancelSubscription({}, id)
  else await shop.stripe.endAtPeriodEnd({}, { subscriptionId: id, atPeriodEnd: true })
}
/** Stripe's dashboard cannot say what becomes of a server: it is said afterwards, once the order is over. */
async function sayServer(orderId: string, { server }: EndAsk): Promise<void> {
  if (server.kind === 'now') await end(orderId, { when: 'now', refund: { kind: 'none' }, server })
  if (server.kind === 'keep') await undoEnd(shop.world, { by: BY, orderId, reason: 'Kept for the customer', dryRun: false })
}

async function askAll(way: Way, ids: string[]): Promise<void> {
  const each = (act: (id: string, ask: EndAsk) => Promise<unknown>) =>
    Promise.all(ids.map((id, index) => act(id, CASES[index] ?? (CASES[0] as EndAsk))))
  if (way === 'in Stripe’s dashboard') return void (await each(inDashboard))
  if (way === 'panel down') shop.fault({ kind: 'down' })
  if (way === 'Stripe down when asked') {
    shop.stripeFaults.add({ system: 'stripe', kind: 'down' })
    await each((id, ask) =>
      ask.refund.kind === 'none'
        ? end(id, ask)
        : expect(end(id, ask), 'nothing is done on a guess').rejects.toMatchObject({ code: 'stripe.unreachable' }),
    )
    await shop.settle(ids)
    shop.stripeFaults.clear()
  }
  await each((id, ask) => end(id, ask))
  if (way === 'Stripe down after') {
    shop.stripeFaults.add({ system: 'stripe', kind: 'down' })
    await shop.settle(ids)
    shop.stripeFaults.clear()
  }
  if (way !== 'twice') return
  await each((id, ask) => end(id, ask))
  await shop.settle(ids)
  for (const { will } of (await each((id, ask) => end(id, ask))) as { will: string[] }[])
    expect(will).toEqual(['Nothing: all of this was asked for before.'])
}

/** Order → whether its server on the panel is suspended. */
async function standing(): Promise<Map<string, boolean>> {
  const found = new Map<string, boolean>()
  for await (const page of shop.panel.servers({ share: 'staff' }))
    for (const server of page) if (server.externalId) found.set(server.externalId, server.suspended)
  return found
}

async function standsNow(id: string, servers: Map<string, boolean>) {
  const order = await shop.order(id)
  const subscription = await shop.stripe.subscription({}, order.stripeSubscriptionId ?? '')
  const payments = await shop.stripe.paymentsOf({}, { subscriptionId: order.stripeSubscriptionId ?? '' })
  const suspended = servers.get(id)
  const mirrored = await shop.db.q.selectFrom('payments').select('refunded_cents').where('order_id', '=', id).execute()
  const held = await shop.db.q.selectFrom('reservations').select('id').where('id', '=', id).execute()
  const findings = await shop.db.q.selectFrom('findings').select('kind').where('subject_id', '=', id).where('status', '=', 'open').execute()
  return {
    order: order.status,
    subscription: subscription?.status,
    refunded: payments.reduce((sum, payment) => sum + payment.refundedCents, 0),
    paid: payments.length,
    mirrored: mirrored.reduce((sum, row) => sum + row.refunded_cents, 0),
    server: suspended === undefined ? 'gone' : suspended ? 'suspended' : 'runs',
    holdsRoom: held.length > 0,
    findings: findings.map((one) => one.kind),
  }
}

beforeEach(() => {
  shop.noFaults()
  shop.stripeFaults.clear()
})
afterAll(() => {
  const head = ['when', 'refund', 'server', ...WAYS]
  const rows = [head, ...[...table].map(([name, cells]) => [...name.split('|'), ...cells])]
  const width = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  process.stdout.write(`\n${rows.map((row) => row.map((cell, column) => cell.padEnd(width[column] ?? 0)).join(' | ')).join('\n')}\n`)
})

test.each(WAYS)('every combination of end, refund and server agrees at the end: %s', { timeout: 60_000 }, async (way) => {
  const ids = await shop.deliver(CASES.length)
  const ended = (ask: EndAsk) => ask.when === 'now'
  for (const id of ids) expect(await shop.order(id)).toMatchObject({ status: 'provisioned' })
  await askAll(way, ids)
  await shop.settle(ids)
  await shop.advance(HOUR, ids)

  const soon = way === 'panel down' ? new Map<string, boolean>() : await standing()
  for (const [index, ask] of CASES.entries()) {
    const now = await standsNow(ids[index] ?? '', soon)
    expect(now, nameOf(ask).join(' ')).toMatchObject({
      order: ended(ask) ? 'canceled' : 'provisioned',
      subscription: ended(ask) ? 'canceled' : 'active',
      refunded: { none: 0, part: PART, full: PRICE }[ask.refund.kind],
    })
    if (way !== 'panel down' && ask.server.kind === 'later') expect(now.server).toBe(ended(ask) ? 'suspended' : 'runs')
  }
  const said = way === 'in Stripe’s dashboard' ? sayServer : async () => undefined
  for (const [index, ask] of CASES.entries()) if (ended(ask)) await said(ids[index] ?? '', ask)
  await shop.advance(8 * DAY, ids)
  // Everybody's period has ended by then.
  await shop.advance(24 * DAY, ids)
  if (way === 'panel down') shop.noFaults()
  for (const [index, ask] of CASES.entries()) if (!ended(ask)) await said(ids[index] ?? '', ask)
  await shop.advance(HOUR, ids)
  await shop.advance(8 * DAY, ids)
  await shop.advance(HOUR, ids)

  const last = await standing()
  for (const [index, ask] of CASES.entries()) {
    const refunded = { none: 0, part: PART, full: PRICE }[ask.refund.kind]
    const server = ask.server.kind === 'keep' ? 'suspended' : 'gone'
    const stands = await standsNow(ids[index] ?? '', last)
    const wanted = {
      order: 'canceled',
      subscription: 'canceled',
      refunded,
      mirrored: refunded,
      paid: 1,
      server,
      holdsRoom: server !== 'gone',
    }
    expect(stands, nameOf(ask).join(' ')).toEqual({ ...wanted, findings: [] })
    table.get(nameOf(ask).join('|'))?.push(`canceled, −${(refunded / 100).toFixed(2)}, ${server}`)
  }
})
