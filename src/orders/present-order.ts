import { type ExternalAccount, externalAccountOf } from '../accounts/index.ts'
import { type Plan, planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { type Reservation, reservationsOf } from '../fleet/index.ts'
import { secondsBetween } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { OrderView } from './contract.ts'
import { noSuchOrder } from './errors.ts'
import type { Checkout, Order } from './order.ts'
import { moneyBackUntil } from './rules.ts'
import { checkoutSteps, progressOf, stepsOf, troubleOf } from './steps.ts'

type Presenting = Pick<World, 'now' | 'shop'> & { db: { q: Queries } }

/** An order as its customer sees it. */
export const presentOrder = async (world: Presenting, order: Order): Promise<OrderView> =>
  present(world, order, await readBeside(world.db.q, [order]))

/** The same for all orders of one customer, however many, with one query for each kind of thing beside them. */
export async function presentOrders(world: Presenting, orders: Order[]): Promise<OrderView[]> {
  const beside = await readBeside(world.db.q, orders)
  return orders.map((order) => present(world, order, beside))
}

interface Beside {
  plans: Map<string, Plan>
  account: ExternalAccount | null
  places: Map<string, Reservation>
}

/** What is shown of orders of one customer and stands elsewhere. */
async function readBeside(q: Queries, orders: Order[]): Promise<Beside> {
  const [first] = orders
  const planIds = [...new Set(orders.map((order) => order.planId))]
  const [plans, account, places] = await Promise.all([
    Promise.all(planIds.map((id) => planById(q, id))),
    first ? externalAccountOf(q, first.userId) : null,
    reservationsOf(
      q,
      orders.map((order) => order.id),
    ),
  ])
  return { plans: new Map(plans.flatMap((plan) => (plan ? [[plan.id, plan] as const] : []))), account, places }
}

function present(world: Presenting, order: Order, { plans, account, places }: Beside): OrderView {
  const plan = plans.get(order.planId)
  if (!plan) throw noSuchOrder()
  const placed = places.get(order.id)
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
    ...endOf(order, now),
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

function endOf(order: Order, now: Date) {
  const until = moneyBackUntil(order)
  return {
    moneyBackUntil: until && until > now ? until.toISOString() : null,
    endsWithPeriod: order.status !== 'canceled' && (order.ending?.atPeriodEnd ?? false),
    deleteAt: order.deleteWantedAt?.toISOString() ?? null,
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
    moneyBackUntil: null,
    endsWithPeriod: false,
    deleteAt: null,
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
