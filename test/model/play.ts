import type { Plan } from '../../src/catalog/index.ts'
import { resizeReservation } from '../../src/fleet/index.ts'
import { Failure } from '../../src/kit/failure.ts'
import { SECOND } from '../../src/kit/time.ts'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { changePlan } from '../../src/orders/change-plan.ts'
import { expireCheckout } from '../../src/orders/expire-checkout.ts'
import { fulfil } from '../../src/orders/fulfil-checkout.ts'
import { retryOrder } from '../../src/orders/retry-order.ts'
import { lockOrder, saveOrder } from '../../src/orders/save-order.ts'
import { tendLateOrders } from '../../src/orders/tend-late-orders.ts'
import { reconcileServer } from '../../src/servers/reconcile.ts'
import { SERVERS_SETTINGS } from '../../src/servers/settings.ts'
import { watchInstalls } from '../../src/servers/watch-installs.ts'
import type { Deed, History } from './history.ts'
import type { Fate } from './panel.ts'
import { PLAN, PLANS } from './shop.ts'
import { ADMIN, type Model } from './world.ts'

const RUNS_MAX = 4
const CLOCK_RELEASE_MS = 60_000

const settingsOf = ({ broken }: Model) => (broken.adoptsAtFirstSight ? { ...SERVERS_SETTINGS, unknownWaitMs: 0 } : SERVERS_SETTINGS)

export const startServer = (model: Model, id: string, worker: number) =>
  model.runs.start(id, worker, (world, signal) => reconcileServer(world, id, signal, settingsOf(model)))
export const startWatch = (model: Model, worker: number) =>
  model.runs.start('watch', worker, (world, signal) => watchInstalls(world, signal, SERVERS_SETTINGS))

const pick = <T>(all: T[], index: number): T | undefined => all[index % Math.max(1, all.length)]

/** A deed that a room may refuse: its Failure is an answer, anything else a fault. */
const perhaps = async (deed: Promise<unknown>): Promise<void> => {
  await deed.catch((error: unknown) => {
    if (!(error instanceof Failure) || error.kind === 'bug') throw error
  })
}

export async function hearOfPayment(model: Model, id: string): Promise<void> {
  if (!model.payments.has(id)) return
  const session = { sessionId: `cs_${id}`, subscriptionId: `sub_${id}`, customerId: 'cus' }
  await fulfil(model.desk, { checkoutId: id, ...session, paidAt: model.desk.now(), amountCents: 900, currency: 'eur' })
}

function pay(model: Model, id: string): void {
  const checkout = model.database.tables.checkouts.get(id)
  if (!checkout || model.payments.has(id) || model.expired.has(id)) return
  model.payments.add(id)
  model.judge.paid(id)
}

async function expire(model: Model, id: string): Promise<void> {
  if (model.payments.has(id)) return
  model.expired.add(id)
  await model.desk.db.tx((tx) => expireCheckout(tx, id, { why: 'Stripe says so', at: model.desk.now() }))
}

/** A mutation gives back at once what a smaller plan frees, or books a larger one wherever it stands. */
async function changeTo(model: Model, id: string, plan: Plan): Promise<void> {
  const { desk, broken, database } = model
  const { nodes } = database.tables
  if (broken.growsWithoutRoom) for (const node of nodes.values()) nodes.set(node.id, { ...node, maxRamMb: 2 ** 30 })
  await changePlan(desk, { by: ADMIN, orderId: id, planId: plan.id, reason: 'asked' })
  const size = { ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024 }
  if (broken.shrinksAtOnce) await desk.db.tx((tx) => resizeReservation(tx, { id, ...size, at: desk.now() }))
}

/** What `installs that go wrong` and the like excuse later. */
function notice(model: Model, fate: Fate): void {
  const { happened } = model
  if (fate === 'install_fails' || fate === 'install_never' || fate === 'php_dies' || fate === 'html') happened.installTrouble = true
  if (fate === 'field_refused') happened.fieldRefused = true
}

const OF: { [Name in Deed['do']]: (model: Model, deed: Extract<Deed, { do: Name }>) => Promise<void> | void } = {
  async go(model, { point, steps, fate }) {
    const first = await stepWith(model, point, fate)
    for (let step = 1; first && step < steps && first.run.state === 'going'; step += 1) {
      const next = model.runs.indexOf(first.run)
      if (next < 0) return
      await stepWith(model, next, fate)
    }
  },
  async start(model, { order, worker }) {
    const id = pick(model.orders, order)
    if (id && model.runs.going().length < RUNS_MAX) await startServer(model, id, worker)
  },
  async watch(model, { worker }) {
    if (model.runs.going().length < RUNS_MAX) await startWatch(model, worker)
  },
  async pass(model, { ms }) {
    model.time.pass(ms)
    if (model.broken.releasesByClock && model.time.now() >= CLOCK_RELEASE_MS)
      for (const id of model.orders)
        await model.desk.db.tx((tx) => expireCheckout(tx, id, { why: 'our clock says so', at: model.desk.now() }))
  },
  kill(model, { run }) {
    const one = pick(model.runs.going(), run)
    if (!one) return
    model.runs.kill(one)
    atRest(model, one.key)
  },
  stop(model, { run }) {
    pick(model.runs.going(), run)?.stop.abort(new Error('the process is stopping'))
  },
  async late(model) {
    await tendLateOrders(model.desk)
  },
  sync,
  pay: (model, { order }) => pay(model, pick(model.orders, order) ?? ''),
  hear_of_payment: (model, { order }) => hearOfPayment(model, pick(model.orders, order) ?? ''),
  expire: (model, { order }) => (model.orders.length > 0 ? expire(model, pick(model.orders, order) ?? '') : undefined),
  retry: (model, { order }) => perhaps(retryOrder(model.desk, { by: ADMIN, orderId: pick(model.orders, order) ?? '' })),
  cancel: (model, { order, refund, deleteServer }) =>
    perhaps(cancelOrder(model.desk, { by: ADMIN, orderId: pick(model.orders, order) ?? '', reason: 'asked', refund, deleteServer })),
  plan: (model, { order, plan }) => perhaps(changeTo(model, pick(model.orders, order) ?? '', pick(PLANS, plan) ?? PLAN)),
  set_in_sql(model, { order, status }) {
    const { orders } = model.database.tables
    const row = orders.get(pick(model.orders, order) ?? '')
    if (!row || row.status === status) return
    const before = row.status === 'canceled' ? null : row.changedByHand
    const change = { from: before?.from ?? row.status, to: status, at: '', by: 'dba', application: null, address: null }
    // As the trigger: it counts the version up and never refuses.
    orders.set(row.id, { ...row, status, changedByHand: change, nextCheckAt: model.desk.now(), version: row.version + 1 })
  },
  suspension: (model, { order, on }) =>
    perhaps(
      model.desk.db.tx(async (tx) => {
        const row = await lockOrder(tx, pick(model.orders, order) ?? '')
        if (row.status !== 'provisioned' && row.status !== 'active') return
        const at = model.desk.now()
        const change = { suspendedAt: on ? at : null, suspendedReason: on ? 'payment' : null, nextCheckAt: at }
        await saveOrder(tx, row, change, { title: 'Suspension', by: 'billing', at })
      }),
    ),
  node(model, { node, enabled }) {
    const { nodes } = model.database.tables
    const row = pick([...nodes.values()], node)
    if (row) nodes.set(row.id, { ...row, enabled })
  },
  ports(model, { taken }) {
    for (const port of model.panel.ports.values()) {
      if (taken && port.server === null && port.port % 2 === 1) port.server = -1
      if (!taken && port.server === -1) port.server = null
    }
  },
  key(model, { on }) {
    model.mode.keyRefused = on
  },
  down(model, { on }) {
    model.mode.down = on
  },
  jump(model, { worker, ms }) {
    model.happened.clockJumped = true
    model.skew[worker] = ms
  },
  by_hand(model, { what, order }) {
    const id = pick(model.orders, order)
    if (id) HANDS[what](model, id)
  },
}

async function stepWith(model: Model, point: number, fate: Fate) {
  const done = await model.runs.step(point, fate)
  if (done?.where === 'send') notice(model, fate)
  if (done && done.run.state === 'over') atRest(model, done.run.key)
  model.judge.capacity()
  return done
}

/** Nobody works on it any more, and no wake-up ever arrives: the row itself must bring it back. */
export function atRest(model: Model, key: string): void {
  if (!model.runs.going().some((run) => run.key === key)) model.judge.atRest(key)
}

/** What the fleet's sync learns of allocations. */
export function sync(model: Model): void {
  const { allocations } = model.database.tables
  for (const row of allocations.values()) {
    const assigned = (model.panel.ports.get(row.id)?.server ?? null) !== null
    if (row.assigned !== assigned) allocations.set(row.id, { ...row, assigned })
  }
}

const HANDS: Record<Extract<Deed, { do: 'by_hand' }>['what'], (model: Model, id: string) => void> = {
  delete({ panel, happened }, id) {
    const server = panel.byExternalId(id)
    if (!server) return
    panel.forget(server)
    happened.deletedByHand = true
  },
  suspend({ panel, happened }, id) {
    const server = panel.byExternalId(id)
    if (!server) return
    Object.assign(server, { status: 'suspended', suspended: true })
    happened.suspendedByHand = true
  },
  plant_wrong: (model, id) => plant(model, id, { limits: 1_024, user: -7 }),
  plant_same: (model, id) => plant(model, id, null),
  restart_daemon({ panel }) {
    for (const server of panel.servers.values()) if (server.status === 'installing') server.status = null
  },
  delete_user({ panel }, id) {
    const user = [...panel.users.values()].find((one) => one.externalId === `user-${id.at(-1)}`)
    if (user && ![...panel.servers.values()].some((server) => server.userId === user.id)) panel.users.delete(user.id)
  },
}

/** Somebody makes a server under an order's external id, on the order's own ports: another's, or just as ordered. */
function plant({ panel, judge, database, happened }: Model, id: string, wrong: { limits: number; user: number } | null): void {
  const order = database.tables.orders.get(id)
  const account = order && database.tables.accounts.get(order.userId)
  const [first, ...rest] = judge.portsHeld(id)
  if (!order || !account || first === undefined || panel.byExternalId(id) || !panel.users.has(account.pterodactylUserId)) return
  if ([first, ...rest].some((port) => panel.ports.get(port)?.server !== null)) return
  happened.planted = true
  const limits = { memory: wrong?.limits ?? PLAN.ramGb * 1024, swap: 0, disk: PLAN.diskGb * 1024, io: 500, cpu: 200 }
  const server = panel.insert(
    {
      name: 'By hand',
      externalId: id,
      userId: wrong?.user ?? account.pterodactylUserId,
      eggId: 5,
      dockerImage: 'java',
      startup: 'run',
      environment: {},
      limits,
      featureLimits: { databases: 1, backups: 1, allocations: 2 },
      allocation: { default: first, additional: rest },
      startOnCompletion: true,
    },
    'hand',
  )
  panel.install(server, 'ok', 'install_failed')
}

/** Lets all runs end, and the panel with them. */
export async function finishRuns(model: Model): Promise<void> {
  for (let steps = 0; model.runs.going().length > 0; steps += 1) {
    if (model.judge.broke()) return
    if (await model.runs.step(steps, 'ok')) model.judge.capacity()
    else model.time.pass(model.time.next() === null ? SECOND : Math.max(1, (model.time.next() ?? 0) - model.time.now()))
    if (steps > 5_000) return model.judge.fail('converges', 'a run does not end')
  }
}

/** Some orders are a day old before the history begins: what befalls a delivered server would else hardly ever be met. */
async function deliverFirst(model: Model, id: string): Promise<void> {
  for (let looks = 0; looks < 4; looks += 1) {
    await startServer(model, id, 0)
    await finishRuns(model)
    model.time.pass(30 * SECOND)
    await startWatch(model, 1)
    await finishRuns(model)
  }
}

/** Plays a history's deeds, up to the first thing that is wrong. */
export async function play(model: Model, history: History): Promise<void> {
  for (const [index, { paid, stands }] of history.orders.entries()) {
    const id = `order-${index}`
    if (!paid || !model.orders.includes(id)) continue
    pay(model, id)
    await hearOfPayment(model, id)
    if (stands) await deliverFirst(model, id)
  }
  for (const deed of history.deeds) {
    model.tell(`— ${JSON.stringify(deed)}`)
    // One table for all kinds of deeds: the key names the type.
    await (OF[deed.do] as (model: Model, deed: Deed) => Promise<void> | void)(model, deed)
    const broke = model.judge.broke()
    if (broke) throw broke
  }
}
