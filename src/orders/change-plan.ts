import { record } from '../audit/index.ts'
import { type Plan, planById } from '../catalog/index.ts'
import type { Queries } from '../db/index.ts'
import { type Reservation, reservationOf, resizeReservation } from '../fleet/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { hasThatPlan, newerVersion, planNotChangeable, planNotSold, planOfOtherRecipe } from './errors.ts'
import type { Order, PlanChange } from './order.ts'
import { isResizing, planChangeRefusal } from './rules.ts'
import { lockOrder, saveOrder } from './save-order.ts'
import { addEvent } from './store/timeline.ts'

export interface ChangePlan {
  by: Actor
  orderId: string
  planId: string
  reason: string
  /** Everything is checked, nothing is written. */
  dryRun?: boolean
  requestId?: string | null
}

/**
 * Another plan for a server that stands. Room on its node is checked and held first; the panel follows, then the price. What a
 * smaller plan frees stays held until the panel has the smaller limits. Asked again while the panel has not followed, the later
 * wish takes the place of the earlier one; the same wish again is tried at once.
 * Order of locks: order, node, reservation, as in all that is done to a server.
 * @returns what was done, or would be. Throws `orders.unknown`, `orders.plan_not_changeable`, `orders.plan_not_sold`,
 * `orders.plan_of_other_recipe`, `orders.has_that_plan`, `fleet.no_room_on_node`
 */
export const changePlan = (world: Pick<World, 'db' | 'now'>, ask: ChangePlan): Promise<{ order: Order; did: string }> =>
  world.db.tx(async (tx) => {
    const at = world.now()
    const order = await lockOrder(tx, ask.orderId)
    const { from, to, change } = await decide(tx, order, ask.planId, at)
    const size = await sizeToHold(tx, order.id, to)
    const held = await resizeReservation(tx, { id: order.id, ...size, at, dryRun: ask.dryRun ?? false })
    const did = words(order, { from, to }, held, size)
    if (ask.dryRun) return { order, did }

    const title = `Plan changed from ${from.name} to ${to.name}`
    const { by, reason } = ask
    const next = { planId: to.id, planChange: change, failure: null, failureCount: 0, nextCheckAt: at }
    const saved = await saveOrder(tx, order, next, { title, by: by.id, at })
    const details = { from: from.id, to: to.id, n: change.n, ramMb: size.ramMb, diskMb: size.diskMb, node: held.nodeName }
    await addEvent(tx, { orderId: order.id, at, kind: 'note', title, details: { ...details, by: by.id, reason } })
    await record(tx, {
      by,
      did: 'orders.change_plan',
      to: { type: 'order', id: order.id },
      why: reason,
      details,
      requestId: ask.requestId ?? null,
      at,
    })
    return { order: saved, did }
  })

async function decide(q: Queries, order: Order, planId: string, at: Date): Promise<{ from: Plan; to: Plan; change: PlanChange }> {
  if (order.changedByHand) throw newerVersion(order.id)
  const refusal = planChangeRefusal(order)
  if (refusal) throw planNotChangeable(refusal)
  const [from, to] = [await planById(q, order.planId), await planById(q, planId)]
  if (!from || !to) throw planNotSold(null)
  const open = isResizing(order) ? order.planChange : null
  if (open && planId === order.planId) return { from: (await planById(q, open.from)) ?? from, to, change: open }
  if (planId === order.planId) throw hasThatPlan(to.name)
  if (from.recipeId !== to.recipeId) throw planOfOtherRecipe(`${from.gameName} ${from.variant}`, `${to.gameName} ${to.variant}`)
  // Back before anything came of it: what the customer pays has not changed, and the plan need not be sold any more.
  const price = open?.from === planId ? null : priceFor(order, to)
  const fresh = { resizedAt: null, pricedAt: null, tries: 0 }
  return { from, to, change: { n: (order.planChange?.n ?? 0) + 1, from: open?.from ?? from.id, to: to.id, price, askedAt: at, ...fresh } }
}

function priceFor({ term, currency }: Order, plan: Plan): NonNullable<PlanChange['price']> {
  if (plan.problem) throw planNotSold(plan.problem)
  const price = plan.prices.find((one) => one.term === term && one.currency.toLowerCase() === currency.toLowerCase())
  if (!price?.stripePriceId) throw planNotSold(`${plan.name} has no published price for this order's term (${term}, ${currency}).`)
  return { id: price.stripePriceId, amountCents: price.amountCents }
}

const sizeOf = (plan: Plan) => ({ ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024 })

/** The larger of what the server may have on the panel now and what it is to have. */
async function sizeToHold(q: Queries, id: string, plan: Plan): Promise<{ ramMb: number; diskMb: number }> {
  const held = await reservationOf(q, id)
  const wanted = sizeOf(plan)
  return { ramMb: Math.max(held?.ramMb ?? 0, wanted.ramMb), diskMb: Math.max(held?.diskMb ?? 0, wanted.diskMb) }
}

function words(order: Order, plans: { from: Plan; to: Plan }, held: Reservation, size: { ramMb: number; diskMb: number }): string {
  const of = ({ name, ramGb, diskGb, cores }: Plan) => `${name} (${ramGb} GB RAM, ${diskGb} GB disk, ${cores} cores)`
  const [ramGb, diskGb] = [(size.ramMb - held.ramMb) / 1024, (size.diskMb - held.diskMb) / 1024]
  const wanted = sizeOf(plans.to)
  const frees = wanted.ramMb < size.ramMb || wanted.diskMb < size.diskMb
  return [
    `${order.serverName} on ${held.nodeName} goes from ${of(plans.from)} to ${of(plans.to)}.`,
    ramGb > 0 || diskGb > 0 ? `${ramGb} GB RAM and ${diskGb} GB disk more are held on the node at once.` : '',
    frees ? 'What it frees is given back once the panel has the smaller limits.' : '',
    'One change of its build on the panel; then the subscription follows, prorated.',
  ]
    .filter(Boolean)
    .join(' ')
}
