import { MINUTE } from '../../src/kit/time.ts'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import type { Order } from '../../src/orders/order.ts'
import { retryOrder } from '../../src/orders/retry-order.ts'
import { excuse } from './judge.ts'
import { atRest, finishRuns, hearOfPayment, startServer, startWatch, sync } from './play.ts'
import { emailOf } from './shop.ts'
import { ADMIN, type Model } from './world.ts'

/** More looks at one order than any way to its end needs. */
const ROUNDS_MAX = 250

/**
 * The faults end. Whoever was frozen wakes, all hints are lost: only the rows' own next looks and the timers bring work
 * back. Then a person mends what a person broke, and retries; then all must be well.
 */
export async function endWell(model: Model): Promise<void> {
  calm(model)
  for (const id of model.payments) await hearOfPayment(model, id)
  await converge(model)
  for (const id of model.payments) {
    const order = orderOf(model, id)
    if (!order) return model.judge.fail('no_lost_payment', `${id} is paid and has no order`)
    // Set so in SQL, and not followed up yet: by a clock that is hours ahead its next look is hours away.
    if (order.status === 'error' && !order.changedByHand && !excuse(order.failure?.code ?? '', model.happened))
      model.judge.fail('converges', `${id} stopped without a cause in this history: ${order.failure?.code}: ${order.failure?.cause}`)
  }
  for (let round = 0; round < 4; round += 1) {
    await mendByHand(model)
    await converge(model)
  }
  judgeEnd(model)
}

const orderOf = (model: Model, id: string): Order | undefined => model.database.tables.orders.get(id)

function calm(model: Model): void {
  model.tell('— the faults end')
  model.mode.keyRefused = false
  model.mode.down = false
  model.skew.fill(0)
  const { nodes } = model.database.tables
  for (const node of nodes.values()) nodes.set(node.id, { ...node, enabled: true })
  for (const port of model.panel.ports.values()) if (port.server === -1) port.server = null
  sync(model)
}

/** Until nothing is due any more, or nothing but the day after delivery. */
async function converge(model: Model): Promise<void> {
  // Looks that come by the hour only, each order at its own minute.
  const rests = new Map<string, number>()
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await finishRuns(model)
    if (model.judge.broke()) return
    for (const order of model.database.tables.orders.values())
      if (order.nextCheckAt && isDone(order, model.desk.now())) rests.set(order.id, order.nextCheckAt.getTime())
    for (const id of model.payments) atRest(model, id)
    const next = nextLook(model, rests)
    if (next === null) return
    model.time.pass(Math.max(0, next - model.time.now()))
    sync(model)
    const now = model.desk.now()
    for (const order of model.database.tables.orders.values())
      if (order.nextCheckAt && order.nextCheckAt <= now) await startServer(model, order.id, 0)
    if ([...model.database.tables.states.values()].some((state) => state.watchedFrom && state.watchedFrom <= now))
      await startWatch(model, 1)
  }
  model.judge.fail('converges', 'it goes on and on')
}

/** The first instant at which a row asks to be looked at; the day after delivery is not waited for. */
function nextLook(model: Model, rests: Map<string, number>): number | null {
  const at: number[] = []
  for (const order of model.database.tables.orders.values())
    if (order.nextCheckAt && order.nextCheckAt.getTime() !== rests.get(order.id)) at.push(order.nextCheckAt.getTime())
  // The watch looks every 10 s; here it is let off most of them.
  for (const state of model.database.tables.states.values()) if (state.watchedFrom) at.push(state.watchedFrom.getTime() + MINUTE)
  return at.length === 0 ? null : Math.min(...at) - model.desk.now().getTime() + model.time.now()
}

/** What is looked at again within the hour is not done yet. */
const isDone = (order: Order, now: Date) =>
  (order.deliveredAt !== null || order.status === 'canceled') &&
  order.nextCheckAt !== null &&
  order.nextCheckAt.getTime() - now.getTime() >= 50 * MINUTE

/** A person does what the failures ask for. */
async function mendByHand(model: Model): Promise<void> {
  model.time.pass(61 * MINUTE)
  for (const server of [...model.panel.servers.values()]) {
    const order = orderOf(model, server.externalId ?? '')
    const ours = model.judge.isOf(server.externalId ?? '', server)
    const inTheWay = order?.status === 'canceled' || order?.failure?.code === 'servers.identity_mismatch'
    const unwanted = !ours || (inTheWay && order?.pterodactylServerId !== String(server.id))
    if (unwanted && server.madeBy === 'hand') model.panel.forget(server)
    if (server.suspended && order && !order.suspendedAt) Object.assign(server, { status: null, suspended: false })
  }
  for (const user of model.panel.users.values())
    if (user.externalId === 'somebody') user.externalId = user.email === emailOf('user-0') ? 'user-0' : 'user-1'
  for (const order of [...model.database.tables.orders.values()]) {
    if (order.status === 'error' && order.deliveredAt === null) await retryOrder(model.desk, { by: ADMIN, orderId: order.id })
    if (order.status === 'canceled' && (order.deleteWantedAt === null || order.refundWanted === null))
      await cancelOrder(model.desk, { by: ADMIN, orderId: order.id, reason: 'asked', refund: true, deleteServer: true })
  }
}

function judgeEnd(model: Model) {
  const { judge, panel, database, happened } = model
  for (const id of model.payments) {
    const order = orderOf(model, id)
    if (!order) return judge.fail('no_lost_payment', `${id} is paid and has no order`)
    const servers = [...panel.servers.values()].filter((server) => server.externalId === id)
    if (order.status === 'canceled') {
      // Where a clock went wrong a create may outlive its look-up; the sweep finds such a server.
      const stands = servers.some((server) => server.madeBy === 'shop' || String(server.id) === order.pterodactylServerId)
      if (stands && !happened.clockJumped) judge.fail('one_server', `${id} is canceled and has a server`)
      if (database.tables.reservations.has(id)) judge.fail('converges', `${id} is canceled and holds room`)
      if (!order.refundWanted) judge.fail('no_lost_payment', `${id} is canceled and nobody wants its money back`)
      continue
    }
    const delivered = order.status === 'provisioned' || order.status === 'active'
    if (!delivered && order.deliveredAt === null)
      judge.fail('converges', `${id} ends as ${order.status}: ${order.failure?.code ?? 'no failure'} ${order.failure?.cause ?? ''}`)
    // Gone after its delivery: never made again unasked, so a person must say.
    if (!panel.servers.has(Number(order.pterodactylServerId)) && happened.deletedByHand) continue
    const [server] = servers
    if (servers.length !== 1 || !server) {
      judge.fail('one_server', `${id} is ${order.status} and has ${servers.length} servers`)
      continue
    }
    if (!judge.isOf(id, server) || String(server.id) !== order.pterodactylServerId)
      judge.fail('one_server', `${id} has the server ${order.pterodactylServerId}, the panel ${server.id}`)
    if (order.planChange?.resizedAt === null) judge.fail('converges', `${id} is still being changed to ${order.planId}`)
    // Where a clock went wrong an earlier call of ours may be done last; the sweep sees the difference and mends it.
    if (happened.clockJumped) continue
    if (!judge.isAsPlanned(order, server))
      judge.fail('one_server', `${id} is of plan ${order.planId}, its server has ${server.limits.memory} MB`)
    if (server.suspended !== (order.suspendedAt !== null)) judge.fail('one_server', `${id} is suspended: ${server.suspended}`)
  }
  for (const server of panel.servers.values())
    if (server.madeBy === 'shop' && !model.payments.has(server.externalId ?? '')) judge.fail('one_server', `nobody pays for ${server.id}`)
}
