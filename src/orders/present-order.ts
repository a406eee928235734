import { externalAccountOf } from '../accounts/index.ts'
import { type Plan, planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { reservationOf } from '../fleet/index.ts'
import { secondsBetween } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { OrderView } from './contract.ts'
import { noSuchOrder } from './errors.ts'
import type { Checkout, Order } from './order.ts'
import { checkoutSteps, progressOf, stepsOf, troubleOf } from './steps.ts'

type Presenting = Pick<World, 'now' | 'shop'> & { db: { q: Queries } }

/** An order as its customer sees it. */
export async function presentOrder(world: Presenting, order: Order): Promise<OrderView> {
  const { q } = world.db
  const [plan, account, placed] = await Promise.all([
    planById(q, order.planId),
    externalAccountOf(q, order.userId),
    reservationOf(q, order.id),
  ])
  if (!plan) throw noSuchOrder()
  const first = placed?.allocations[0]
  const now = world.now()
  return {
    ...about(order, plan),
    stage: 'order',
    checkoutState: null,
    payUrl: null,
    status: order.status,
    paidAt: order.createdAt.toISOString(),
    readyAt: order.deliveredAt?.toISOString() ?? null,
    elapsedSeconds: Math.max(0, secondsBetween(order.createdAt, order.deliveredAt ?? now)),
    progress: progressOf(order, now),
    steps: stepsOf(order, account !== null),
    trouble: troubleOf(order, plan.cancelAfterHours),
    suspended: order.suspendedAt !== null,
    server:
      order.pterodactylServerIdentifier && first
        ? {
            identifier: order.pterodactylServerIdentifier,
            address: `${first.alias ?? first.ip}:${first.port}`,
            ports: Object.fromEntries(placed.allocations.map((port) => [port.name, port.port])),
            panelUrl: `${world.shop.panelUrl}/server/${order.pterodactylServerIdentifier}`,
            panelUsername: account?.panelUsername ?? '',
          }
        : null,
    supportUrl: world.shop.supportUrl,
  }
}

/** What is not paid yet, in the same shape. */
export async function presentCheckout(world: Presenting, checkout: Checkout): Promise<OrderView> {
  const plan = await planById(world.db.q, checkout.planId)
  if (!plan) throw noSuchOrder()
  return {
    ...about(checkout, plan),
    stage: 'checkout',
    checkoutState: checkout.state,
    payUrl: checkout.state === 'open' ? checkout.stripeSessionUrl : null,
    status: null,
    paidAt: null,
    readyAt: null,
    elapsedSeconds: null,
    progress: 0,
    steps: checkoutSteps(checkout),
    trouble: null,
    suspended: false,
    server: null,
    supportUrl: world.shop.supportUrl,
  }
}

const about = (bought: Order | Checkout, plan: Plan) => ({
  id: bought.id,
  serverName: bought.serverName,
  planId: plan.id,
  planName: plan.name,
  gameId: plan.gameId,
  gameName: plan.gameName,
  variant: plan.variant,
  ramGb: plan.ramGb,
  region: bought.regionId,
  term: bought.term,
  amountCents: bought.amountCents,
  currency: bought.currency,
})
