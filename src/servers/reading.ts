import { type ExternalAccount, externalAccountOf } from '../accounts/index.ts'
import { type Plan, planById, type Recipe, recipeOf } from '../catalog/index.ts'
import { isSellable, panelHealth, type Reservation, reservationOf } from '../fleet/index.ts'
import { isResizing, type Order, orderById } from '../orders/index.ts'
import type { World } from '../world.ts'
import { type Limits, type Seen, UNKNOWN, type Want } from './rules/want.ts'
import { seenOf } from './store/seen.ts'
import { type ServerState, stateOf } from './store/states.ts'

/** Everything a decision about one order needs, read at one moment. */
export interface Reading {
  order: Order
  state: ServerState
  plan: Plan | null
  recipe: Recipe | null
  account: ExternalAccount | null
  place: Reservation | null
  want: Want
  seen: Seen
}

/** @returns null for an order that does not exist */
export async function readWanted(world: Pick<World, 'db' | 'now'>, orderId: string): Promise<Reading | null> {
  const rows = await world.db.together(async (q) => {
    const [order, state, seen, place, health] = await Promise.all([
      orderById(q, orderId),
      stateOf(q, orderId),
      seenOf(q, orderId),
      reservationOf(q, orderId),
      panelHealth(q),
    ])
    if (!order) return null
    const [plan, recipe, account, sellable] = await Promise.all([
      planById(q, order.planId),
      recipeOf(q, order.planId),
      externalAccountOf(q, order.userId),
      place !== null && isSellable(q, place.nodeId),
    ])
    return { known: { order, state, plan, recipe, account, place }, seen, sellable, health }
  })
  if (!rows) return null
  const { known, seen, sellable, health } = rows
  return {
    ...known,
    want: wanted(known, { sellable, panelDoubtful: health.refusedSince !== null || health.unreachableSince !== null }),
    seen: seen ?? UNKNOWN,
  }
}

function wanted(known: Omit<Reading, 'want' | 'seen'>, now: { sellable: boolean; panelDoubtful: boolean }): Want {
  const { order, state, plan, recipe, account, place } = known
  return {
    orderId: order.id,
    planId: order.planId,
    status: order.status,
    serverName: order.serverName,
    deliveredAt: order.deliveredAt,
    canceledAt: order.canceledAt,
    suspendWanted: order.suspendedAt !== null,
    suspendedByUs: state.suspendedByUs,
    deleteWantedAt: order.deleteWantedAt,
    changedByHand: order.changedByHand,
    failureCode: order.failure?.code ?? null,
    nextCheckAt: order.nextCheckAt,
    serverId: order.pterodactylServerId === null ? null : Number(order.pterodactylServerId),
    ownerId: account?.pterodactylUserId ?? null,
    recipe: recipe && plan ? { eggId: recipe.eggId, ports: recipe.ports } : null,
    limits: limitsOf(plan),
    features: { databases: plan?.databases ?? 0, backups: plan?.backups ?? 0, allocations: place?.allocations.length ?? 0 },
    resizeWanted: isResizing(order),
    place: place && { nodeId: place.nodeId, sellable: now.sellable, allocations: place.allocations.map(({ id, port }) => ({ id, port })) },
    panelDoubtful: now.panelDoubtful,
    attempt: state.attempt,
    tries: { creates: state.createTries, ports: state.portTries, reinstalls: state.reinstalls, recreated: state.recreated },
    installingSince: state.createdOnPanelAt,
  }
}

/** 1 GB = 1024 MiB, one core = 100 %. */
export const limitsOf = (plan: Pick<Plan, 'ramGb' | 'swapMb' | 'diskGb' | 'io' | 'cores'> | null): Limits => ({
  memory: (plan?.ramGb ?? 0) * 1024,
  swap: plan?.swapMb ?? 0,
  disk: (plan?.diskGb ?? 0) * 1024,
  io: plan?.io ?? 0,
  cpu: Math.round((plan?.cores ?? 0) * 100),
})
