import type { Tx } from '../../src/db/index.ts'
import type { Order } from '../../src/orders/order.ts'
import { outdated } from '../../src/servers/errors.ts'
import type { Observation } from '../../src/servers/store/seen.ts'
import type { ServerState } from '../../src/servers/store/states.ts'
import { type Connection, of, type ReservationRow, savepoint } from './database.ts'

/** The rooms' stores over the model's tables: each does what its SQL does, and nothing else of the rooms is replaced. */

const without = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>

export const orders = {
  async orderById(q, id) {
    const row = of(q).tables.orders.get(id) ?? null
    // Everything else about the order is read after this: somebody may write in between.
    if (!of(q).inTx) await of(q).pause('read')
    return row
  },
  async orderLocked(tx, id) {
    return of(tx).tables.orders.get(id) ?? null
  },
  async insertOrder(tx, order) {
    const row: Order = {
      ...order,
      status: 'paid',
      pterodactylServerId: null,
      pterodactylServerIdentifier: null,
      suspendedAt: null,
      suspendedReason: null,
      failureCount: order.failure ? 1 : 0,
      refundWanted: null,
      deleteWantedAt: null,
      firstRunningAt: null,
      deliveredAt: null,
      canceledAt: null,
      moneySettledAt: null,
      changedByHand: null,
      ending: null,
      planChange: null,
      version: 1,
      updatedAt: order.recordedAt,
    }
    of(tx).tables.orders.set(row.id, row)
  },
  async updateOrder(tx, before, change, { updatedAt }) {
    const { tables, broken, watch } = of(tx)
    const row = tables.orders.get(before.id)
    if (!row || (row.version !== before.version && !broken.ignoresVersions)) return null
    const after: Order = { ...row, ...without(change), version: row.version + 1, updatedAt: updatedAt ?? row.updatedAt }
    if (broken.forgetsNextLook && after.status !== 'paid') after.nextCheckAt = null
    if (broken.forgetsRefund) after.refundWanted = null
    tables.orders.set(row.id, after)
    watch.wroteOrder(row, after)
    return after
  },
  async dueOrders(q, now, limit) {
    const due = [...of(q).tables.orders.values()].filter((row) => row.nextCheckAt !== null && row.nextCheckAt <= now)
    return due.slice(0, limit).map((row) => row.id)
  },
  async ordersWaitingForCapacity() {
    return []
  },
  async wakeOrder() {},
} satisfies Partial<typeof import('../../src/orders/store/orders.ts')>

export const checkouts = {
  async checkoutLocked(tx, id) {
    return of(tx).tables.checkouts.get(id) ?? null
  },
  async updateCheckout(q, id, change, at) {
    const row = of(q).tables.checkouts.get(id)
    if (row) of(q).tables.checkouts.set(id, { ...row, ...without(change), updatedAt: at })
  },
} satisfies Partial<typeof import('../../src/orders/store/checkouts.ts')>

export const late = {
  async lateOrders(q, now) {
    return [...of(q).tables.orders.values()]
      .filter((row) => row.deliveredAt === null && row.status !== 'canceled' && now.getTime() - row.createdAt.getTime() > 900_000)
      .map(({ id, createdAt, recordedAt }) => ({ id, createdAt, recordedAt, alertAfterMinutes: 15, cancelAfterHours: 24 }))
  },
} satisfies Partial<typeof import('../../src/orders/store/late.ts')>

const newState = (orderId: string): ServerState & { watchedFrom: Date | null } => ({
  orderId,
  version: 0,
  attempt: null,
  createTries: 0,
  portTries: 0,
  reinstalls: 0,
  recreated: 0,
  createdOnPanelAt: null,
  installedAt: null,
  suspendedByUs: false,
  watchedFrom: null,
})

export const states = {
  async stateOf(q, orderId) {
    const { watchedFrom: _, ...row } = of(q).tables.states.get(orderId) ?? newState(orderId)
    return row
  },
  async saveState(tx, before, change) {
    const { tables, broken, wrote } = of(tx)
    const row = tables.states.get(before.orderId) ?? newState(before.orderId)
    if (row.version !== before.version && !broken.ignoresVersions) throw outdated(before.orderId)
    const set = without(change)
    const kept = broken.actsWithoutIntent && set.attempt ? { ...set, attempt: row.attempt } : set
    tables.states.set(before.orderId, { ...row, ...kept, version: before.version + 1 })
    wrote.state = before.version + 1
    const { watchedFrom: _, ...rest } = change
    return { ...before, ...rest, version: before.version + 1 }
  },
  async claimWatched(q, now, until) {
    const due = [...of(q).tables.states.values()].filter((row) => row.watchedFrom !== null && row.watchedFrom <= now)
    for (const row of due) of(q).tables.states.set(row.orderId, { ...row, watchedFrom: until })
    return due.map((row) => row.orderId)
  },
  async stopWatching(q, orderIds, until) {
    const { states: rows } = of(q).tables
    for (const id of orderIds) {
      const row = rows.get(id)
      if (row?.watchedFrom?.getTime() === until.getTime()) rows.set(id, { ...row, watchedFrom: null })
    }
  },
  WATCHED_MAX: 100,
} satisfies Partial<typeof import('../../src/servers/store/states.ts')>

const withSeen = (connection: Connection, orderId: string, change: Partial<Observation>) => {
  const row = connection.tables.seen.get(orderId)
  if (row) connection.tables.seen.set(orderId, { ...row, ...change })
}

export const seen = (observed: typeof import('../../src/servers/store/seen.ts').observed) =>
  ({
    async seenOf(q, orderId) {
      return of(q).tables.seen.get(orderId) ?? null
    },
    async seenOfMany(q, orderIds) {
      return orderIds.flatMap((id) => of(q).tables.seen.get(id) ?? [])
    },
    async saveSeen(q, servers, at) {
      for (const server of servers) {
        const before = server.externalId === null ? undefined : of(q).tables.seen.get(server.externalId)
        if (server.externalId !== null && !(before && before.at > at)) of(q).tables.seen.set(server.externalId, observed(server, at))
      }
    },
    async markSuspended(tx, orderId, suspended, at) {
      withSeen(of(tx), orderId, { suspended, status: suspended ? 'suspended' : null, at })
    },
    async markResized(tx, orderId, { limits, features }, at) {
      withSeen(of(tx), orderId, { limits, features, at })
    },
    async markInstalling(tx, orderId, at) {
      withSeen(of(tx), orderId, { status: 'installing', at })
    },
    async forgetSeen(q, orderIds) {
      for (const id of orderIds) of(q).tables.seen.delete(id)
    },
  }) satisfies Partial<typeof import('../../src/servers/store/seen.ts')>

const free = (connection: Connection, nodeId: number) =>
  [...connection.tables.allocations.values()].filter((one) => one.nodeId === nodeId && !one.assigned && one.reservationId === null)

const reservedMb = (connection: Connection, nodeId: number): number =>
  [...connection.tables.reservations.values()].reduce((sum, one) => sum + (one.nodeId === nodeId ? one.ramMb : 0), 0)

function takePorts(connection: Connection, id: string, nodeId: number, names: string[]): number {
  const ports = free(connection, nodeId).slice(0, names.length)
  for (const [place, port] of ports.entries())
    connection.tables.allocations.set(port.id, { ...port, reservationId: id, portName: names[place] ?? null })
  return ports.length
}

function portsOf({ tables }: Connection, { id, portNames }: Pick<ReservationRow, 'id' | 'portNames'>) {
  const mine = [...tables.allocations.values()].filter((one) => one.reservationId === id)
  return mine
    .map((one) => ({ name: one.portName ?? '', id: one.id, ip: '10.0.0.1', alias: null, port: one.port }))
    .sort((a, b) => portNames.indexOf(a.name) - portNames.indexOf(b.name))
}

const reservationOf = (connection: Connection, id: string) => {
  const row = connection.tables.reservations.get(id)
  if (!row) return null
  return { ...row, nodeName: connection.tables.nodes.get(row.nodeId)?.name ?? '', allocations: portsOf(connection, row) }
}

export const reservations = {
  async insertPlaced(tx, want) {
    const connection = of(tx)
    const nodes = [...connection.tables.nodes.values()].filter(
      (node) =>
        node.enabled &&
        node.id !== want.notNode &&
        node.maxRamMb - reservedMb(connection, node.id) >= want.ramMb &&
        free(connection, node.id).length >= want.ports.length,
    )
    const [node] = nodes
    if (!node) return null
    const { id, regionId, ramMb, diskMb, ports: portNames, state, createdAt, at } = want
    const committedAt = state === 'committed' ? at : null
    connection.tables.reservations.set(id, { id, nodeId: node.id, regionId, ramMb, diskMb, portNames, state, createdAt, committedAt })
    takePorts(connection, id, node.id, portNames)
    const allocations = portsOf(connection, want.ports.length > 0 ? { id, portNames } : { id, portNames: [] })
    return { nodeId: node.id, nodeName: node.name, allocations }
  },
  async reservationOf(q, id) {
    if (!of(q).inTx) await of(q).pause('read')
    return reservationOf(of(q), id)
  },
  async lockReservation(tx, id) {
    return reservationOf(of(tx), id)
  },
  async commitHeld(tx, id, at) {
    const { reservations: rows } = of(tx).tables
    const row = rows.get(id)
    if (row?.state === 'held') rows.set(id, { ...row, state: 'committed', committedAt: at })
    return row?.nodeId ?? null
  },
  async deleteReservation(tx, reservation) {
    const { tables, watch } = of(tx)
    const { id, state } = reservation
    watch.released(reservation)
    for (const one of tables.allocations.values())
      if (one.reservationId === id)
        tables.allocations.set(one.id, {
          ...one,
          reservationId: null,
          portName: null,
          assigned: state === 'committed' ? false : one.assigned,
        })
    tables.reservations.delete(id)
  },
  allOrNothing: (tx, act) => savepoint(of(tx), act),
  async oneMoveAtATime() {},
} satisfies Partial<typeof import('../../src/fleet/store/reservations.ts')>

export const resize = {
  async roomOfNode(tx, nodeId) {
    const { maxRamMb = 0 } = of(tx).tables.nodes.get(nodeId) ?? {}
    return { freeRamMb: maxRamMb - reservedMb(of(tx), nodeId), freeDiskMb: Number.MAX_SAFE_INTEGER }
  },
  async saveSize(tx, from, { ramMb, diskMb }) {
    const row = of(tx).tables.reservations.get(from.id)
    if (row) of(tx).tables.reservations.set(from.id, { ...row, ramMb, diskMb })
  },
} satisfies Partial<typeof import('../../src/fleet/store/resize.ts')>

export const allocations = {
  async replacePorts(tx, reservation, takenIds) {
    const connection = of(tx)
    const { allocations: rows } = connection.tables
    for (const one of rows.values())
      if (takenIds.includes(one.id) && one.nodeId === reservation.nodeId && (one.reservationId ?? reservation.id) === reservation.id)
        rows.set(one.id, { ...one, assigned: true, reservationId: null, portName: null })
    const kept = reservation.allocations.filter((port) => !takenIds.includes(port.id)).map((port) => port.name)
    const missing = reservation.portNames.filter((name) => !kept.includes(name))
    return takePorts(connection, reservation.id, reservation.nodeId, missing) === missing.length
  },
} satisfies Partial<typeof import('../../src/fleet/store/allocations.ts')>

export const nodes = {
  async isSellable(q, nodeId) {
    return of(q).tables.nodes.get(nodeId)?.enabled ?? false
  },
  async regionName(_q, id) {
    return id
  },
  async regions() {
    return []
  },
  async wakeCapacity() {},
} satisfies Partial<typeof import('../../src/fleet/store/nodes.ts')>

export const panelHealth = {
  async panelHealth(q) {
    return of(q).tables.health.get('panel') ?? { refusedSince: null, unreachableSince: null }
  },
  async notePanelAnswer(q, { status, at }) {
    const { health } = of(q).tables
    const before = health.get('panel')
    if (status === 'unreachable')
      health.set('panel', { refusedSince: before?.refusedSince ?? null, unreachableSince: before?.unreachableSince ?? at })
    else health.set('panel', { refusedSince: status === 'refused' ? (before?.refusedSince ?? at) : null, unreachableSince: null })
  },
} satisfies Partial<typeof import('../../src/fleet/store/panel-health.ts')>

export const panelUsers = {
  async externalAccountOf(q, userId) {
    return of(q).tables.accounts.get(userId) ?? null
  },
  async saveExternalAccount(tx, account) {
    if (!of(tx).tables.accounts.has(account.userId)) of(tx).tables.accounts.set(account.userId, account)
  },
  async forgetPanelUser(tx, userId) {
    of(tx).tables.accounts.delete(userId)
  },
  async openAttempt(q, userId) {
    return of(q).tables.userAttempts.get(userId) ?? null
  },
  async saveAttempt(q, userId, attempt) {
    of(q).tables.userAttempts.set(userId, attempt)
    await of(q).pause('saved')
  },
  async closeAttempt(q, userId) {
    of(q).tables.userAttempts.delete(userId)
  },
} satisfies Partial<typeof import('../../src/accounts/store/panel-users.ts')>

const keyOf = (kind: string, subject: { type: string; id: string }) => `${kind} ${subject.type} ${subject.id}`

export const findings = {
  async openFinding(tx: Tx, { kind, subject, summary, remedy }: Parameters<typeof import('../../src/findings/index.ts').openFinding>[1]) {
    of(tx).tables.findings.set(keyOf(kind, subject), { kind, subject: subject.id, summary, remedy })
    return { id: kind, opened: true }
  },
  async resolveFinding(tx, { kind, subject }) {
    return of(tx).tables.findings.delete(keyOf(kind, subject))
  },
  async openFindingsAbout() {
    return []
  },
} satisfies Partial<typeof import('../../src/findings/index.ts')>
